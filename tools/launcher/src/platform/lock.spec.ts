import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DataFolder, dataFolderAt } from './data-folder.ts';
import { findHolder, isAlive, takeLock } from './lock.ts';

describe(takeLock.name, () => {
  let folder: DataFolder;

  beforeEach(async () => {
    folder = dataFolderAt(await mkdtemp(join(tmpdir(), 'lock-')));
  });

  afterEach(() => rm(folder.root, { recursive: true }));

  it('takes a folder once, and changes nothing the second time', async () => {
    const { release, wasAbandoned } = await takeLock(folder);
    expect(wasAbandoned).toBe(false);
    const before = await readFile(folder.lock, 'utf8');
    await expect(takeLock(folder)).rejects.toThrow(`Causeway already runs on ${folder.root} (process ${process.pid})`);
    expect(await readFile(folder.lock, 'utf8')).toBe(before);
    expect(await readdir(folder.root)).toEqual(['launcher.lock']);
    await release();
    expect(await findHolder(folder)).toBeUndefined();
  });

  it.each([
    ['of a process that has ended', JSON.stringify({ pid: 2 ** 22 - 1, birth: '1' })],
    ['of another process with the same number', JSON.stringify({ pid: process.pid, birth: '1' })],
    ['that is damaged', '{'],
  ])('takes a folder over from a lock %s', async (_, text) => {
    await writeFile(folder.lock, text);
    const { release, wasAbandoned } = await takeLock(folder);
    expect(wasAbandoned).toBe(true);
    expect((await findHolder(folder))?.pid).toBe(process.pid);
    await release();
  });

  it('is taken by one of many that start together', async () => {
    await writeFile(folder.lock, JSON.stringify({ pid: 2 ** 22 - 1, birth: '1' }));
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(folder)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe(isAlive.name, () => {
  it('does not take a zombie or a stranger for the holder', () => {
    expect(isAlive({ pid: process.pid, birth: 'other' })).toBe(false);
  });
});
