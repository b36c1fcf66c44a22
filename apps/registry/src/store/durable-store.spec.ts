import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@app/telemetry';
import { waitFor } from '@app/testing';
import { jest } from '@jest/globals';
import type { Command } from './command.js';
import { DataFolder } from './disk/data-folder.js';
import { LogSegment } from './disk/log-segment.js';
import { encodeRecord } from './disk/record-file.js';
import { DurableStore } from './durable-store.js';

const logger = createLogger('test');
logger.level = 'silent';

describe(DurableStore.name, () => {
  let folder: string;
  let open: DurableStore[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'registry-store-'));
    open = [];
  });

  afterEach(async () => {
    for (const store of open) await store.close();
    await rm(folder, { recursive: true });
  });

  async function openStore(minFoldBytes?: number): Promise<DurableStore> {
    const store = await DurableStore.open(folder, logger, { ...(minFoldBytes !== undefined && { minFoldBytes }) });
    open.push(store);
    return store;
  }

  async function closeStore(store: DurableStore): Promise<void> {
    open = open.filter((other) => other !== store);
    await store.close();
  }

  const put = (key: string, value = 'dmFsdWU='): Command => ({ type: 'kv-put', key, value, flags: '0' });
  async function damageRecordOf(key: string): Promise<string> {
    const path = join(folder, (await files())[0] ?? '');
    await writeFile(path, (await readFile(path, 'utf8')).replace(`"key":"${key}"`, `"key":"${key.toUpperCase()}"`));
    return path;
  }
  const files = async () => (await readdir(folder)).filter((name) => name !== 'lock.db').sort();

  it('has after a restart exactly what it had before: entries, indexes, tombstones', async () => {
    const before = await openStore();
    await Promise.all(['a', 'b', 'c/1'].map((key) => before.propose(put(key))));
    await before.propose({ type: 'kv-delete', key: 'b' });
    await before.propose({ type: 'node-put', node: { id: 'i', name: 'n', address: 'x', meta: {}, taggedAddresses: {} } });
    const records = before.state.records();
    await closeStore(before);
    expect((await openStore()).state.records()).toEqual(records);
  });

  it('has sessions, locks and lock delays after a restart, from the log and from a snapshot', async () => {
    const store = await openStore(2_000);
    await store.propose({ type: 'node-put', node: { id: 'i', name: 'n', address: 'x', meta: {}, taggedAddresses: {} } });
    const session = {
      name: '',
      node: 'n',
      lockDelayNs: 60e9,
      behavior: 'release',
      ttl: '10s',
      nodeChecks: [],
      serviceChecks: null,
    } as const;
    for (const id of ['ended', 'lives']) {
      await store.propose({ type: 'session-create', session: { ...session, id } });
      await store.propose({ type: 'kv-put', key: id, value: null, flags: '0', acquire: id });
    }
    await store.propose({ type: 'session-destroy', id: 'ended' });
    const refused = { type: 'kv-put', key: 'ended', value: null, flags: '0', acquire: 'lives' } as const;
    expect(await store.propose(refused)).toBe(false);
    for (let round = 0; round < 2; round += 1) {
      const records = store.state.records().sort(byText);
      for (const other of [...open]) await closeStore(other);
      const again = await openStore(round === 0 ? 1 : undefined);
      expect(again.state.records().sort(byText)).toEqual(round === 0 ? records : expect.any(Array));
      expect([again.state.kv.get('lives')?.session, await again.propose(refused)]).toEqual(['lives', false]);
      if (round === 0) await waitFor(async () => (await files()).some((name) => /^snapshot-.*l$/.test(name)));
    }
  });

  it('opens a folder of before there were sessions', async () => {
    const record = { i: 1, b: 1, c: put('old') };
    await writeFile(join(folder, 'log-0000000000000001.jsonl'), encodeRecord(record));
    const store = await openStore();
    expect(store.state.kv.get('old')).toMatchObject({ modifyIndex: 1 });
    expect([store.state.sessions.usage().sessions, store.state.sessions.index]).toEqual([0, 0]);
    await closeStore(store);
    const snapshot = [{ type: 'kv', entry: { key: 'k', value: null, flags: '0', lockIndex: 0, createIndex: 1, modifyIndex: 1 } }];
    const indexes = { type: 'indexes', indexes: { state: 1, kv: 1, droppedTombstone: 0, nodes: 0, services: 0, checks: 0, extinct: 0 } };
    const lines = [...snapshot, indexes, { type: 'end', count: 2 }].map(encodeRecord);
    await writeFile(join(folder, 'snapshot-0000000000000001.jsonl'), lines.join(''));
    expect((await openStore()).state.kv.get('k')).toMatchObject({ modifyIndex: 1 });
  });

  it('decides compare-and-set in the order of the log, also within one write', async () => {
    const store = await openStore();
    const cas = (value: string): Command => ({ type: 'kv-put', key: 'k', value, flags: '0', cas: 0 });
    expect(await Promise.all([store.propose(cas('MQ==')), store.propose(cas('Mg=='))])).toEqual([true, false]);
    await closeStore(store);
    expect((await openStore()).state.kv.get('k')?.value).toBe('MQ==');
  });

  it('shows nothing to readers before it is on disk', async () => {
    const store = await openStore();
    const proposed = store.propose(put('k'));
    expect(store.state.kv.get('k')).toBeUndefined();
    await proposed;
    expect((await readFile(join(folder, (await files())[0] ?? ''), 'utf8')).includes('"key":"k"')).toBe(true);
    expect(store.state.kv.get('k')).toBeDefined();
  });

  it('cuts off a torn record at the end, sets it aside, and goes on', async () => {
    const before = await openStore();
    await before.propose(put('whole'));
    await closeStore(before);
    const [log = ''] = await files();
    await appendFile(join(folder, log), '0badc0de {"i":2,"c":{"type":"kv-put","key":"torn"');
    const after = await openStore();
    expect([after.state.kv.size, after.state.index]).toEqual([1, 1]);
    expect(await files()).toContain(`${log}.torn`);
    await after.propose(put('next'));
    await closeStore(after);
    expect((await openStore()).state.kv.size).toBe(2);
  });

  it('cuts off a write of several records that reached the disk in part', async () => {
    const before = await openStore();
    await before.propose(put('whole'));
    await Promise.all([before.propose(put('lost')), before.propose(put('stray'))]);
    await closeStore(before);
    await damageRecordOf('lost');
    const after = await openStore();
    expect([after.state.kv.size, after.state.index]).toEqual([1, 1]);
  });

  it('refuses a log of which a record has changed that was stored before others', async () => {
    const before = await openStore();
    for (const key of ['first', 'second', 'third']) await before.propose(put(key));
    await closeStore(before);
    const path = await damageRecordOf('second');
    await expect(openStore()).rejects.toThrow(new RegExp(`^${path} is damaged after byte \\d+: records that were stored follow\\.$`));
  });

  it('folds the log into a snapshot and removes what that replaces; nothing is lost', async () => {
    const store = await openStore(2_000);
    for (let number = 0; number < 100; number += 1)
      await store.propose(put(`key/${number % 10}`, Buffer.from(`v${number}`).toString('base64')));
    await waitFor(async () => (await files()).some((name) => name.startsWith('snapshot-') && name.endsWith('.jsonl')));
    await store.propose({ type: 'kv-delete', key: 'key/0' });
    const records = store.state.records();
    await closeStore(store);
    const left = await files();
    expect(left.filter((name) => name.startsWith('snapshot-'))).toHaveLength(1);
    expect(left.filter((name) => name.startsWith('log-')).length).toBeLessThanOrEqual(2);
    expect((await openStore()).state.records().sort(byText)).toEqual(records.sort(byText));
  });

  it('goes on in the same log when another could not be begun, and opens also when that log ends in a torn record', async () => {
    const store = await openStore(2_000);
    const sync = jest.spyOn(DataFolder.prototype, 'sync').mockRejectedValueOnce(new Error('the disk fails'));
    for (let n = 0; sync.mock.calls.length === 0; n += 1) await store.propose(put(`before/${n}`));
    sync.mockRestore();
    await store.propose(put('after'));
    await closeStore(store);
    const [log = '', ...others] = await files();
    expect(others).toEqual([]);
    await appendFile(join(folder, log), '0badc0de {"i":');
    expect((await openStore()).state.kv.get('after')).toBeDefined();
  });

  it('ignores a snapshot that was being written, and removes it', async () => {
    const before = await openStore();
    await before.propose(put('a'));
    await closeStore(before);
    await writeFile(join(folder, 'snapshot-0000000000000001.jsonl.tmp'), 'half');
    expect((await openStore()).state.kv.size).toBe(1);
    expect((await files()).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('refuses a log that is damaged before its end', async () => {
    const before = await openStore(1);
    await before.propose(put('a'));
    await before.propose(put('b'));
    await closeStore(before);
    await writeFile(join(folder, 'log-0000000000000001.jsonl'), '00000000 {"broken":true}\n');
    for (const name of await files()) if (name.startsWith('snapshot-')) await rm(join(folder, name));
    await expect(openStore()).rejects.toThrow(/damaged|gap/);
  });

  it('does not share its folder, not even within a process', async () => {
    const store = await openStore();
    await expect(openStore()).rejects.toThrow('is used by another process');
    await closeStore(store);
    await expect(openStore()).resolves.toBeInstanceOf(DurableStore);
  });

  it('opens for one of many that start together on what a killed one left', async () => {
    await writeFile(join(folder, 'lock.db'), '');
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => openStore()));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('a command that cannot be written down is refused alone, and those behind it are taken', async () => {
    const store = await openStore();
    const bad = { ...put('bad'), flags: 1n } as unknown as Command;
    const outcomes = await Promise.allSettled([put('a'), bad, put('b')].map((command) => store.propose(command)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await store.propose(put('c'))).toBe(true);
    await closeStore(store);
    expect([...(await openStore()).state.kv.list('')].map(({ key }) => key)).toEqual(['a', 'b', 'c']);
  });

  it('a command that fails when it is applied fails alone, and the log still agrees with what is in memory', async () => {
    const store = await openStore();
    const failing = jest.spyOn(store.state.kv, 'put').mockImplementationOnce(() => {
      throw new TypeError('a fault');
    });
    const outcomes = await Promise.allSettled([put('bad'), put('a')].map((command) => store.propose(command)));
    failing.mockRestore();
    expect(outcomes).toMatchObject([{ status: 'rejected', reason: { status: 500, cause: new TypeError('a fault') } }, { value: true }]);
    expect([await store.propose(put('b')), store.state.index]).toEqual([true, 3]);
  });

  it('says once that the log cannot be written, until it could be again', async () => {
    const store = await openStore();
    const said = jest.spyOn(logger, 'error');
    const append = jest.spyOn(LogSegment.prototype, 'append');
    const fail = async (times: number) => {
      for (let n = 0; n < times; n += 1) {
        append.mockRejectedValueOnce(new Error('no space left on device'));
        await expect(store.propose(put('k'))).rejects.toThrow('no space left');
      }
    };
    await fail(3);
    expect(said.mock.calls.map(([, text]) => text)).toEqual(['Could not write to the log']);
    expect(await store.propose(put('k'))).toBe(true);
    await fail(2);
    expect(said).toHaveBeenCalledTimes(2);
    said.mockRestore();
    append.mockRestore();
  });

  it('refuses writes after it is closed', async () => {
    const store = await openStore();
    await closeStore(store);
    await expect(store.propose(put('late'))).rejects.toThrow('closed');
  });
});

function byText(one: unknown, other: unknown): number {
  return JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
}
