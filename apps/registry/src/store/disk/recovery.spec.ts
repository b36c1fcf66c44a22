import { appendFile, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartRefusedError } from '@app/errors';
import { createLogger } from '@app/telemetry';
import { jest } from '@jest/globals';
import type { Command } from '../command.js';
import { RegistryState } from '../registry-state.js';
import { KvTable } from '../tables/kv-table.js';
import { DataFolder } from './data-folder.js';
import { encodeRecord } from './record-file.js';
import { recover } from './recovery.js';
import { writeSnapshot } from './snapshot.js';

const logger = createLogger('test');
logger.level = 'silent';

const name = (kind: 'log' | 'snapshot', index: number) => `${kind}-${String(index).padStart(16, '0')}.jsonl`;
const put = (index: number) => ({ type: 'kv-put', key: `k${index}`, value: null, flags: '0' }) as const;

describe(recover.name, () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'registry-recovery-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  /** A segment with the records from `first` to `last`; none when that is less. */
  async function writeLog(first: number, last: number): Promise<void> {
    const indexes = Array.from({ length: Math.max(last - first + 1, 0) }, (_, at) => first + at);
    await writeFile(join(folder, name('log', first)), indexes.map((i) => encodeRecord({ i, b: i, t: 0, c: put(i) })).join(''));
  }

  /** Of the state at an index; damaged: a byte is another, the end is missing, or nothing is left. */
  async function writeState(index: number, damage?: 'changed' | 'cut' | 'emptied'): Promise<void> {
    const state = new RegistryState();
    for (let i = 1; i <= index; i += 1) state.apply(put(i), i, new Set());
    const path = join(folder, name('snapshot', index));
    const size = await writeSnapshot(path, state.records());
    if (damage === 'changed') await writeFile(path, (await readFile(path, 'utf8')).replace('"k1"', '"x1"'));
    if (damage === 'cut') await truncate(path, size - 10);
    if (damage === 'emptied') await truncate(path, 0);
  }

  /** The index and the keys that are there after a start, and the segment that is written on. */
  async function start() {
    const data = await DataFolder.open(folder);
    try {
      const { state, segment } = await recover(data, logger);
      await segment.close();
      return { index: state.index, keys: state.kv.size, segment: segment.path.slice(folder.length + 1) };
    } finally {
      data.close();
    }
  }

  it('keeps of a torn log only what was torn', async () => {
    await writeLog(1, 3);
    await appendFile(join(folder, name('log', 1)), '0badc0de {"i":4');
    expect(await start()).toMatchObject({ index: 3, keys: 3 });
    expect(await readFile(join(folder, `${name('log', 1)}.torn`), 'utf8')).toBe('0badc0de {"i":4');
  });

  it('starts also when what was torn cannot be kept', async () => {
    await writeLog(1, 3);
    await appendFile(join(folder, name('log', 1)), '0badc0de {"i":4');
    // Stands for a full disk, which a test cannot make: the file cannot be written.
    await symlink(join(folder, 'missing', 'file'), join(folder, `${name('log', 1)}.torn`));
    expect(await start()).toMatchObject({ index: 3, keys: 3 });
  });

  it('refuses to start when the log after a whole snapshot is missing', async () => {
    await writeState(10);
    await expect(start()).rejects.toThrow(StartRefusedError);
    await expect(start()).rejects.toThrow(/log-0{14}11\.jsonl is missing/);
  });

  describe.each(['changed', 'cut', 'emptied'] as const)('the only snapshot is damaged: %s', (damage) => {
    it.each<[string, [number, number][]]>([
      ['no log', []],
      ['an empty log after it', [[11, 10]]],
      ['a log after it', [[11, 15]]],
      ['a log that does not reach it', [[1, 9]]],
      ['a log that does not begin at the beginning', [[3, 15]]],
      [
        'logs with a gap before it',
        [
          [1, 5],
          [7, 15],
        ],
      ],
      [
        'logs of which the one before it is empty',
        [
          [1, 0],
          [11, 10],
        ],
      ],
    ])('refuses to start with %s, in one sentence that names a file', async (_, logs) => {
      await writeState(10, damage);
      for (const [first, last] of logs) await writeLog(first, last);
      const before = await readdir(folder);
      const refusal: unknown = await start().catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(StartRefusedError);
      expect((refusal as Error).message).toMatch(new RegExp(`^${folder}/[a-z]+-\\d+\\.jsonl .*\\b(?:missing|damaged)\\b.*\\.$`));
      expect((await readdir(folder)).filter((file) => file !== 'lock.db')).toEqual(before);
    });

    it.each<[string, [number, number][]]>([
      ['the whole log up to it', [[1, 10]]],
      ['the whole log up to it and beyond', [[1, 15]]],
      [
        'the whole log in two segments',
        [
          [1, 10],
          [11, 15],
        ],
      ],
      [
        'the whole log, and an empty segment',
        [
          [1, 10],
          [11, 10],
        ],
      ],
    ])('starts with all that was stored when there is %s', async (_, logs) => {
      await writeState(10, damage);
      for (const [first, last] of logs) await writeLog(first, last);
      const [first, last] = logs.at(-1) ?? [0, 0];
      expect(await start()).toEqual({ index: last, keys: last, segment: name('log', first) });
    });
  });

  describe('of two snapshots the later is damaged', () => {
    it.each<[string, [number, number][], number | 'missing' | 'damaged']>([
      ['the log after the earlier is whole', [[6, 15]], 15],
      [
        'the log after the earlier is whole, in two segments',
        [
          [6, 10],
          [11, 12],
        ],
        12,
      ],
      ['the log after the earlier does not reach the later', [[6, 9]], 'damaged'],
      ['there is no log', [], 'missing'],
      ['only the log after the later is there', [[11, 12]], 'missing'],
      ['only an empty log after the later is there', [[11, 10]], 'missing'],
    ])('%s', async (_, logs, expected) => {
      await writeState(5);
      await writeState(10, 'cut');
      for (const [first, last] of logs) await writeLog(first, last);
      if (typeof expected === 'number') expect(await start()).toMatchObject({ index: expected, keys: expected });
      else await expect(start()).rejects.toThrow(expected);
    });
  });

  describe('the snapshot is whole', () => {
    it('is enough with an empty log, and needs no segment from before it', async () => {
      await writeState(10);
      await writeLog(11, 10);
      expect(await start()).toEqual({ index: 10, keys: 10, segment: name('log', 11) });
      await writeFile(join(folder, name('log', 1)), 'damaged\n');
      expect(await start()).toMatchObject({ index: 10, keys: 10 });
    });

    it('refuses a log that begins later', async () => {
      await writeState(10);
      await writeLog(12, 11);
      await expect(start()).rejects.toThrow('goes on at record 12 after 10');
    });
  });

  it('does not go through the trees that transactions have read, and comes to the same state', async () => {
    const op = (verb: 'get-tree' | 'get' | 'set', key: string) =>
      ({ kind: 'kv', verb, key, value: null, flags: '0', index: 0, session: '' }) as const;
    const commands: Command[] = [
      put(1),
      { type: 'txn', ops: [op('get-tree', 'k'), op('set', 'k2'), op('get', 'k2')] },
      { type: 'txn', ops: [op('set', 'k3'), op('get', 'missing')] },
    ];
    const expected = new RegistryState();
    for (const [at, command] of commands.entries()) expected.apply(command, at + 1, new Set(), 0);
    await writeFile(join(folder, name('log', 1)), commands.map((c, at) => encodeRecord({ i: at + 1, b: at + 1, t: 0, c })).join(''));
    const list = jest.spyOn(KvTable.prototype, 'list');
    const data = await DataFolder.open(folder);
    const { state, segment } = await recover(data, logger);
    await segment.close();
    data.close();
    const walks = list.mock.calls.length;
    list.mockRestore();
    expect(walks).toBe(0);
    expect(state.records()).toEqual(expected.records());
    expect([...state.kv.list('')].map(({ key }) => key)).toEqual(['k1', 'k2']);
  });

  it('refuses a command that it does not know', async () => {
    const record = { i: 1, b: 1, t: 0, c: { type: 'of-tomorrow' } };
    await writeFile(join(folder, name('log', 1)), encodeRecord(record));
    await expect(start()).rejects.toThrow('a command that only a later version of the registry knows');
  });
});
