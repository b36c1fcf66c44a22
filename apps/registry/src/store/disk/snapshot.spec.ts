import { appendFile, mkdtemp, readdir, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MAX_WRITE_LENGTH } from '../../limits.js';
import type { SnapshotRecord } from '../command.js';
import { encodeRecord } from './record-file.js';
import { readSnapshot, writeSnapshot } from './snapshot.js';

const kv = (key: string, value: string): SnapshotRecord => ({
  type: 'kv',
  entry: { key, value, flags: '0', lockIndex: 0, createIndex: 1, modifyIndex: 1 },
});

describe(writeSnapshot.name, () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'registry-snapshot-'));
    path = join(folder, 'snapshot');
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  function read(): SnapshotRecord[] | undefined {
    const records: SnapshotRecord[] = [];
    return readSnapshot(path, (record) => records.push(record)) === undefined ? undefined : records;
  }

  it('writes what is read again, whatever the number and size of records', async () => {
    const records = [kv('', ''), ...Array.from({ length: 5 }, (_, n) => kv(`large/${n}`, 'v'.repeat(700_000)))];
    const size = await writeSnapshot(path, records);
    expect([read(), (await stat(path)).size]).toEqual([records, size]);
    await writeSnapshot(path, []);
    expect(read()).toEqual([]);
  });

  it('MAX_WRITE_LENGTH: encodes no more than that before it is written', async () => {
    let ahead = 0;
    let written = 0;
    const records = Array.from({ length: 40 }, (_, n) => ({
      toJSON: () => {
        ahead = Math.max(ahead, n * 200_000 - written);
        return kv(String(n), 'v'.repeat(200_000));
      },
    })) as unknown as SnapshotRecord[];
    const writing = writeSnapshot(path, records);
    const done = new AbortController();
    void writing.finally(() => done.abort());
    while (!done.signal.aborted) {
      written = await stat(`${path}.tmp`).then(
        ({ size }) => size,
        () => written,
      );
    }
    expect(ahead).toBeLessThan(4 * MAX_WRITE_LENGTH);
  });

  it('leaves nothing behind when it could not be written to its end', async () => {
    const record = {
      toJSON() {
        throw new Error('no space left');
      },
    } as unknown as SnapshotRecord;
    await expect(writeSnapshot(path, [kv('a', ''), record])).rejects.toThrow('no space left');
    expect(await readdir(folder)).toEqual([]);
  });

  it('is not whole when its end is missing or more follows', async () => {
    const size = await writeSnapshot(path, [kv('a', '')]);
    await appendFile(path, encodeRecord(kv('b', '')));
    expect(read()).toBeUndefined();
    await truncate(path, size - 1);
    expect(read()).toBeUndefined();
  });
});
