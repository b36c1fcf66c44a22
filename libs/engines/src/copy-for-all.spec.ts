import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyForAll } from './copy-for-all.js';

let folder: string;
let umask: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'causeway-copy-'));
  umask = process.umask(0o077);
  await mkdir(join(folder, 'source', 'bin'), { recursive: true });
  await writeFile(join(folder, 'source', 'bin', 'program'), 'text');
  await writeFile(join(folder, 'source', 'data'), 'text');
  await chmod(join(folder, 'source', 'bin', 'program'), 0o700);
});

afterEach(async () => {
  process.umask(umask);
  await rm(folder, { recursive: true, force: true });
});

const modeOf = async (...path: string[]) => ((await stat(join(folder, ...path))).mode & 0o777).toString(8);

describe(copyForAll.name, () => {
  it('lets every account read and run the copy under a strict umask, in folders that it makes on the way', async () => {
    await copyForAll(join(folder, 'source'), join(folder, 'a', 'b', 'copy'));
    expect(await readFile(join(folder, 'a', 'b', 'copy', 'data'), 'utf8')).toBe('text');
    const modes = await Promise.all([
      modeOf('a'),
      modeOf('a', 'b'),
      modeOf('a', 'b', 'copy'),
      modeOf('a', 'b', 'copy', 'bin'),
      modeOf('a', 'b', 'copy', 'bin', 'program'),
      modeOf('a', 'b', 'copy', 'data'),
    ]);
    expect(modes).toEqual(['755', '755', '755', '755', '755', '644']);
    expect(await modeOf('source', 'data')).toBe('600');
  });

  it('removes what dead processes left and nothing else', async () => {
    const { pid: dead } = spawnSync('true');
    const kept = [`copy.${process.ppid}`, 'copy.d', `other.${dead}`];
    for (const name of [...kept, `copy.${dead}`, `copy.${process.pid}`]) await mkdir(join(folder, name));
    await copyForAll(join(folder, 'source'), join(folder, 'copy'));
    expect((await readdir(folder)).sort()).toEqual([...kept, 'copy', 'source'].sort());
  });

  it('leaves nothing half-done behind when it fails', async () => {
    await mkdir(join(folder, 'copy', 'full'), { recursive: true });
    await expect(copyForAll(join(folder, 'source'), join(folder, 'copy'))).rejects.toMatchObject({ code: 'ENOTEMPTY' });
    expect((await readdir(folder)).sort()).toEqual(['copy', 'source']);
  });
});
