import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataFolderAt, openDataFolder, requireDiskSpace, warnOfLoss } from './data-folder.ts';

describe(openDataFolder.name, () => {
  let parent: string;

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'data folder '));
  });

  afterEach(() => rm(parent, { recursive: true }));

  const at = (name: string) => dataFolderAt(join(parent, name));

  it('makes a folder that only its owner can enter, parents included', async () => {
    const folder = at('deep/er');
    await expect(openDataFolder(folder)).resolves.toEqual({ made: true });
    expect((await stat(folder.root)).mode & 0o777).toBe(0o700);
    expect((await stat(folder.logs)).mode & 0o777).toBe(0o700);
  });

  it('opens a folder of its own again, with what a crash has left in it', async () => {
    await openDataFolder(at('x'));
    await writeFile(join(parent, 'x', 'secrets.json.new'), '');
    await expect(openDataFolder(at('x'))).resolves.toEqual({ made: false });
  });

  it('refuses a file', async () => {
    await writeFile(join(parent, 'x'), '');
    await expect(openDataFolder(at('x'))).rejects.toThrow(`The data folder ${join(parent, 'x')} is not a folder.`);
    await expect(openDataFolder(at('x/y'))).rejects.toThrow('is not a folder.');
    await expect(openDataFolder(dataFolderAt('/proc/x'))).rejects.toThrow('The data folder /proc/x cannot be made there.');
  });

  it("leaves a folder of someone else's files as it is", async () => {
    await mkdir(join(parent, 'x'), { mode: 0o755 });
    await writeFile(join(parent, 'x', 'thesis.txt'), '');
    await expect(openDataFolder(at('x'))).rejects.toThrow(`${join(parent, 'x')} holds other files (thesis.txt)`);
    expect((await stat(join(parent, 'x'))).mode & 0o777).toBe(0o755);
  });
});

describe(requireDiskSpace.name, () => {
  it('names the path of a disk that is full', async () => {
    // procfs has no blocks at all, and so none that are free.
    await expect(requireDiskSpace('/proc')).rejects.toThrow('The disk that holds /proc is full: 0 MB are free');
  });
});

describe(warnOfLoss.name, () => {
  it('warns of folders that a restart empties, and of no others', async () => {
    await expect(warnOfLoss(tmpdir())).resolves.toContain(`a restart of this machine may empty ${tmpdir()}`);
    await expect(warnOfLoss('/proc/self', ['/proc'])).resolves.toContain('a restart of this machine may empty /proc/self');
    await expect(warnOfLoss('/proc/self', ['/proc/sel'])).resolves.toBeUndefined();
  });
});
