import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@app/telemetry';
import { STORE_LIMITS, type StoreLimits } from '../limits.js';
import type { CheckRegistration, Command } from './command.js';
import { DurableStore } from './durable-store.js';
import type { TxnOp } from './txn/txn-op.js';

const logger = createLogger('test');
logger.level = 'silent';

const put = (key: string, bytes: number, cas?: number): Command => ({
  type: 'kv-put',
  key,
  value: Buffer.alloc(bytes, 'v').toString('base64'),
  flags: '0',
  ...(cas !== undefined && { cas }),
});

const check = (checkId: string, serviceId: string, more: Partial<CheckRegistration> = {}): CheckRegistration => ({
  node: 'n',
  checkId,
  serviceId,
  name: 'c',
  status: 'critical',
  notes: '',
  output: '',
  type: 'ttl',
  interval: '',
  timeout: '',
  definition: { ttlMs: 1_000 },
  ...more,
});

const service = (id: string, checks: CheckRegistration[] = [], tags: string[] = []): Command => ({
  type: 'service-put',
  service: {
    node: 'n',
    id,
    name: 'web',
    tags,
    address: '',
    taggedAddresses: {},
    meta: {},
    port: 1,
    weights: { Passing: 1, Warning: 1 },
    enableTagOverride: false,
  },
  checks,
  replaceChecks: false,
});

describe('the limits of what is stored', () => {
  let folder: string;
  let sut: DurableStore;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'registry-limits-'));
  });

  afterEach(async () => {
    await sut.close();
    await rm(folder, { recursive: true });
  });

  async function open(limits: Partial<StoreLimits>): Promise<void> {
    sut = await DurableStore.open(folder, logger, { limits: { ...STORE_LIMITS, ...limits } });
    await sut.propose({ type: 'node-put', node: { id: 'i', name: 'n', address: '', meta: {}, taggedAddresses: {} } });
  }

  async function reopen(limits: Partial<StoreLimits>): Promise<void> {
    await sut.close();
    await open(limits);
  }

  async function logText(): Promise<string> {
    const logs = (await readdir(folder)).filter((name) => name.startsWith('log-'));
    return (await Promise.all(logs.map((name) => readFile(join(folder, name), 'utf8')))).join('');
  }

  describe('kvBytes', () => {
    it('refuses a put beyond it, says so, and has no trace of it on disk or after a restart', async () => {
      await open({ kvBytes: 100 });
      await sut.propose(put('a', 89));
      await expect(sut.propose(put('b2', 9))).rejects.toMatchObject({
        reason: 'full',
        message: 'Limit reached: the KV store may hold 100 bytes of keys and values together, and this would make it 101',
      });
      await expect(sut.propose(put('b2', 9, 0))).rejects.toMatchObject({ reason: 'full' });
      expect(await sut.propose(put('b', 9))).toBe(true);
      expect(await logText()).not.toContain('"b2"');
      await reopen({ kvBytes: 100 });
      expect([...sut.state.kv.list('')].map(({ key }) => key)).toEqual(['a', 'b']);
      expect(sut.state.kv.usage()).toEqual({ bytes: 100, keys: 2 });
      await expect(sut.propose(put('c', 0))).rejects.toMatchObject({ reason: 'full' });
    });

    it('takes smaller and equal overwrites and deletions when it is reached, and then puts again', async () => {
      await open({ kvBytes: 100 });
      await sut.propose(put('a', 99));
      await expect(sut.propose(put('a', 100))).rejects.toMatchObject({ reason: 'full' });
      expect(await sut.propose({ ...put('a', 99), flags: '1' } as Command)).toBe(true);
      expect(await sut.propose(put('a', 50))).toBe(true);
      expect(await sut.propose({ type: 'kv-delete', key: 'a' })).toBe(true);
      expect(await sut.propose(put('b', 99))).toBe(true);
    });

    it('is kept by puts that are written together, also of one key and with compare-and-set that fails', async () => {
      await open({ kvBytes: 100 });
      const together = [put('x', 1), put('a', 60), put('a', 10, 999), put('b', 60), put('a', 97)];
      const outcomes = await Promise.allSettled(together.map((command) => sut.propose(command)));
      expect(outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : 'refused'))).toEqual([
        true,
        true,
        false,
        'refused',
        true,
      ]);
      expect(sut.state.kv.usage().bytes).toBe(100);
    });

    it('opens a state that is larger than it and lets it shrink', async () => {
      await open({});
      await sut.propose(put('a', 200));
      await reopen({ kvBytes: 100 });
      expect(sut.state.kv.usage().bytes).toBe(201);
      expect(await sut.propose(put('a', 150))).toBe(true);
      await expect(sut.propose(put('b', 1))).rejects.toMatchObject({ reason: 'full' });
    });
  });

  it('kvKeys: refuses one key more, also within one write; those that are there can be changed', async () => {
    await open({ kvKeys: 2 });
    const outcomes = await Promise.allSettled(['a', 'b', 'c', 'a'].map((key) => sut.propose(put(key, 1))));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    await expect(sut.propose(put('d', 1))).rejects.toThrow('Limit reached: the KV store holds its limit of 2 keys');
    expect(await sut.propose(put('b', 2))).toBe(true);
  });

  it('nodes: refuses one more; those that are there can be registered again', async () => {
    await open({ nodes: 2 });
    const register = (name: string, meta: Record<string, string> = {}) => {
      const node = { id: '', name, address: '', meta, taggedAddresses: {} };
      return sut.propose({ type: 'register', registration: { node, skipNodeUpdate: false, checks: [] } });
    };
    expect(await register('far')).toBe(true);
    await expect(register('farther')).rejects.toThrow('Limit reached: the catalogue holds its limit of 2 nodes');
    expect(await register('far', { zone: 'a' })).toBe(true);
    await sut.propose({ type: 'node-delete', node: 'far' });
    expect(await register('farther')).toBe(true);
  });

  it('a registration from outside counts with its node, its service and its checks', async () => {
    await open({ services: 1, checks: 2 });
    const node = { id: '', name: 'far', address: '', meta: {}, taggedAddresses: {} };
    const register = (...checks: string[]) => {
      const { service: own } = service('a') as Extract<Command, { type: 'service-put' }>;
      const all = checks.map((id) => ({ ...check(id, id === '1' ? 'a' : ''), node: 'far' }));
      return sut.propose({
        type: 'register',
        registration: { node, skipNodeUpdate: false, service: { ...own, node: 'far' }, checks: all },
      });
    };
    await expect(register('1', '2', '3')).rejects.toThrow('the agent may hold 2 checks');
    expect(await register('1', '2')).toBe(true);
    await expect(sut.propose(service('b'))).rejects.toThrow('the agent holds its limit of 1 services');
  });

  it('services: refuses one more; those that are there can be registered again', async () => {
    await open({ services: 1 });
    await sut.propose(service('a'));
    await expect(sut.propose(service('b'))).rejects.toThrow('Limit reached: the agent holds its limit of 1 services');
    expect(await sut.propose(service('a', [], ['tag']))).toBe(true);
    await sut.propose({ type: 'service-delete', node: 'n', id: 'a' });
    expect(await sut.propose(service('b'))).toBe(true);
  });

  it('checks: refuses one more, alone or with a service; those that are there can be registered again', async () => {
    await open({ checks: 2 });
    await sut.propose(service('a', [check('1', 'a'), check('2', 'a')]));
    await expect(sut.propose({ type: 'check-put', check: check('3', 'a') })).rejects.toThrow('the agent may hold 2 checks');
    await expect(sut.propose(service('b', [check('3', 'b')]))).rejects.toMatchObject({ reason: 'full' });
    expect(sut.state.catalog.service('n', 'b')).toBeUndefined();
    expect(await sut.propose({ type: 'check-put', check: check('2', 'a', { notes: 'other' }) })).toBe(true);
    expect(await sut.propose({ type: 'check-status', node: 'n', checkId: '1', status: 'passing', output: 'o'.repeat(4_096) })).toBe(true);
  });

  it('catalogBytes: refuses large registrations, counting that each check repeats the tags of its service', async () => {
    await open({ catalogBytes: 4_000 });
    await sut.propose(service('a', [check('1', 'a'), check('2', 'a')]));
    await expect(sut.propose(service('a', [], ['t'.repeat(1_500)]))).rejects.toThrow('may take 4000 bytes together');
    await expect(sut.propose({ type: 'check-put', check: check('3', '', { notes: 'n'.repeat(4_000) }) })).rejects.toMatchObject({
      reason: 'full',
    });
    expect(await sut.propose(service('a', [], ['t'.repeat(500)]))).toBe(true);
    expect(sut.state.catalog.usage().bytes).toBeLessThanOrEqual(4_000);
  });

  it.each(['alone', 'in one transaction'])('catalogBytes: counts labels that checks of the same write repeat: %s', async (how) => {
    await open({ catalogBytes: 5_000 });
    await sut.propose(service('a'));
    const checks = ['1', '2', '3', '4'].map((id) => check(id, 'a'));
    const tagged = service('a', [], ['t'.repeat(1_200)]) as Extract<Command, { type: 'service-put' }>;
    const ops: TxnOp[] = [
      ...checks.map((each) => ({ kind: 'check', verb: 'set', check: each, index: 0 }) as const),
      { kind: 'service', verb: 'set', service: tagged.service, index: 0 },
    ];
    const commands: Command[] = [...checks.map((each) => ({ type: 'check-put', check: each }) as const), tagged];
    const proposed = how === 'alone' ? commands : [{ type: 'txn', ops } as const];
    const outcomes = await Promise.allSettled(proposed.map((command) => sut.propose(command)));
    expect(outcomes.at(-1)).toMatchObject({ status: 'rejected', reason: { reason: 'full' } });
    expect(sut.state.catalog.usage().bytes).toBeLessThanOrEqual(5_000);
  });

  it('nodes: many registrations on one new node in the same write count it once', async () => {
    await open({ nodes: 2, services: 5 });
    const registrations = ['1', '2', '3'].map((id) => {
      const { service: own } = service(id) as Extract<Command, { type: 'service-put' }>;
      const node = { id: '', name: 'far', address: '', meta: {}, taggedAddresses: {} };
      return sut.propose({ type: 'register', registration: { node, skipNodeUpdate: false, service: { ...own, node: 'FAR' }, checks: [] } });
    });
    expect(await Promise.all(registrations)).toEqual([true, true, true]);
    expect(sut.state.catalog.usage()).toMatchObject({ nodes: 2, services: 3 });
  });

  it('catalogBytes: looks no further than to the first part that is too much', async () => {
    await open({ catalogBytes: 1_000_000 });
    const name = 'n'.repeat(200_000);
    let looks = 0;
    const checks = Array.from({ length: 2_000 }, (_, number) => ({
      ...check(String(number), ''),
      get node() {
        looks += 1;
        return name;
      },
    }));
    const node = { id: '', name, address: '', meta: {}, taggedAddresses: {} };
    const registering = sut.propose({ type: 'register', registration: { node, skipNodeUpdate: false, checks } });
    await expect(registering).rejects.toThrow('may take 1000000 bytes together');
    expect(looks).toBeLessThan(100);
  });

  it('what the catalogue is counted to hold is the same after a restart, and nothing but the node when all else is gone', async () => {
    await open({});
    const nodeAlone = { ...sut.state.catalog.usage() };
    await sut.propose(service('a', [check('1', 'a')], ['one']));
    await sut.propose(service('a', [check('2', 'a')], ['two']));
    await sut.propose({ type: 'check-status', node: 'n', checkId: '1', status: 'passing', output: 'fine' });
    const usage = { ...sut.state.catalog.usage() };
    expect(usage).toMatchObject({ services: 1, checks: 2 });
    await reopen({});
    expect({ ...sut.state.catalog.usage() }).toEqual(usage);
    await sut.propose({ type: 'service-delete', node: 'n', id: 'a' });
    expect({ ...sut.state.catalog.usage() }).toEqual(nodeAlone);
  });

  describe('sessions', () => {
    const session = (id: string, name = ''): Command => ({
      type: 'session-create',
      session: { id, name, node: 'n', lockDelayNs: 0, behavior: 'release', ttl: '', nodeChecks: null, serviceChecks: null },
    });

    it('refuses one more, also within one write, and takes it when one has ended', async () => {
      await open({ sessions: 2 });
      const outcomes = await Promise.allSettled(['a', 'b', 'c'].map((id) => sut.propose(session(id))));
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
      await expect(sut.propose(session('d'))).rejects.toThrow('Limit reached: the agent holds its limit of 2 sessions');
      await sut.propose({ type: 'session-destroy', id: 'a' });
      expect(await sut.propose(session('d'))).toBe(true);
    });

    it('sessionBytes: refuses what is too long, and counts the same after a restart', async () => {
      await open({ sessionBytes: 500 });
      await sut.propose(session('a', 'x'.repeat(200)));
      const usage = sut.state.sessions.usage();
      await expect(sut.propose(session('b', 'x'.repeat(200)))).rejects.toThrow('Limit reached: sessions may take 500 bytes together');
      await reopen({ sessionBytes: 500 });
      expect(sut.state.sessions.usage()).toEqual(usage);
    });
  });

  describe('transactions', () => {
    const kv = (verb: 'set' | 'get' | 'get-or-empty' | 'get-tree' | 'delete-tree', key: string, bytes = 1): TxnOp => ({
      kind: 'kv',
      verb,
      key,
      value: Buffer.alloc(bytes, 'v').toString('base64'),
      flags: '0',
      index: 0,
      session: '',
    });
    const txn = (...ops: TxnOp[]): Command => ({ type: 'txn', ops });

    it('kvBytes and kvKeys: refuses all of it when it is too much together, and counts nothing of it', async () => {
      await open({ kvBytes: 100, kvKeys: 3 });
      const together = [
        sut.propose(put('x', 1)),
        sut.propose(txn(kv('set', 'a', 60), kv('set', 'b', 60))),
        sut.propose(txn(kv('set', 'c'), kv('set', 'd'), kv('set', 'e'))),
        sut.propose(txn(kv('set', 'f', 90))),
      ];
      expect((await Promise.allSettled(together)).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
      expect([...sut.state.kv.list('')].map(({ key }) => key)).toEqual(['f', 'x']);
      expect(await logText()).not.toContain('"key":"b"');
    });

    it('nodes, services and checks of a transaction count as others do', async () => {
      await open({ nodes: 1, checks: 1 });
      const node: TxnOp = { kind: 'node', verb: 'set', node: { id: '', name: 'm', address: '', meta: {}, taggedAddresses: {} }, index: 0 };
      const one: TxnOp = { kind: 'check', verb: 'set', check: check('1', ''), index: 0 };
      const two: TxnOp = { kind: 'check', verb: 'set', check: check('2', ''), index: 0 };
      await expect(sut.propose(txn(node))).rejects.toMatchObject({ reason: 'full' });
      await expect(sut.propose(txn(one, two))).rejects.toMatchObject({ reason: 'full' });
      expect(await sut.propose(txn(one))).toMatchObject({ errors: [] });
    });

    it('txnEntries: refuses trees that are too much together, to read and to write', async () => {
      await open({ txnEntries: 3 });
      for (const key of ['p/a', 'p/b', 'q']) await sut.propose(put(key, 1));
      const tooMuch = [kv('get-tree', 'p/'), kv('get-tree', 'p/')];
      const message = 'Limit reached: the trees of a transaction may have 3 entries together';
      expect(() => sut.readTxn(tooMuch)).toThrow(message);
      await expect(sut.propose(txn(kv('set', 'a'), ...tooMuch))).rejects.toThrow(message);
      expect(sut.readTxn([kv('get-tree', ''), kv('get-tree', 'none')]).results).toHaveLength(3);
      await expect(sut.propose(txn(kv('delete-tree', ''), kv('delete-tree', 'p/')))).rejects.toThrow(message);
      expect(await sut.propose(txn(kv('delete-tree', ''), kv('delete-tree', 'none')))).toMatchObject({ errors: [] });
    });

    it('txnBytes: refuses keys and values that are too much together, however often the same are read', async () => {
      await open({ txnBytes: 30 });
      for (const key of ['p/a', 'p/b']) await sut.propose(put(key, 6));
      const message = 'Limit reached: the keys and values that a transaction reads may have 30 bytes together';
      expect(sut.readTxn([kv('get-tree', 'p/'), kv('get-or-empty', 'none')]).results).toHaveLength(3);
      expect(() => sut.readTxn([kv('get-tree', 'p/'), kv('get', 'p/a')])).toThrow(message);
      const written = sut.propose(txn(kv('set', 'p/c'), kv('get-tree', 'p/'), kv('get-or-empty', 'p/b')));
      await expect(written).rejects.toMatchObject({ reason: 'full', message });
      expect(sut.state.kv.get('p/c')).toBeUndefined();
    });
  });

  describe('batchEntries', () => {
    const tree = (verb: 'get-tree' | 'delete-tree'): TxnOp => ({
      ...{ kind: 'kv', verb, key: 't/', value: null, flags: '0', index: 0, session: '' },
    });
    const mark = (key: string): TxnOp => ({ kind: 'kv', verb: 'set', key, value: null, flags: '0', index: 0, session: '' });
    const node = (address: string): TxnOp => ({
      kind: 'node',
      verb: 'set',
      node: { id: '', name: 'm', address, meta: {}, taggedAddresses: {} },
      index: 0,
    });

    /** In how many writes commands were applied that came while another was written. */
    async function writesOf(commands: Command[]): Promise<number> {
      const outcomes = await Promise.all([put('first', 1), ...commands].map((command) => sut.propose(command)));
      expect(outcomes).not.toContain(false);
      const all = [...(await logText()).matchAll(/"b":(\d+)/g)].map(([, begin]) => begin);
      return new Set(all.slice(-commands.length)).size;
    }

    it.each<[string, (n: number) => Command]>([
      ['trees that are read', (n) => ({ type: 'txn', ops: [tree('get-tree'), mark(`z${n}`)] })],
      ['trees that are deleted', () => ({ type: 'txn', ops: [tree('delete-tree')] })],
      ['trees that are deleted at once', () => ({ type: 'kv-delete-tree', prefix: 't/' })],
    ])('ends a write when the commands in it go through so many: %s', async (_, command) => {
      await open({ batchEntries: 25 });
      for (let n = 0; n < 10; n += 1) await sut.propose(put(`t/${n}`, 1));
      expect(await writesOf([1, 2, 3, 4].map(command))).toBe(2);
      expect(await writesOf([1, 2, 3].map((n) => put(`w${n}`, 1)))).toBe(1);
    });

    it('counts values that are read, and the catalogue that a transaction copies', async () => {
      await open({ batchEntries: 25 });
      await sut.propose(put('t/large', 3_000));
      expect(await writesOf([1, 2, 3].map((n) => ({ type: 'txn', ops: [tree('get-tree'), mark(`z${n}`)] })))).toBe(3);
      for (let n = 0; n < 12; n += 1) await sut.propose(service(String(n)));
      expect(await writesOf([1, 2, 3].map((n) => ({ type: 'txn', ops: [node(`10.0.0.${n}`)] })))).toBe(3);
    });

    it('lets one command that is alone go through more', async () => {
      await open({ batchEntries: 5 });
      for (let n = 0; n < 10; n += 1) await sut.propose(put(`t/${n}`, 1));
      const outcomes = await Promise.all([1, 2].map((n) => sut.propose({ type: 'txn', ops: [tree('get-tree'), mark(`z${n}`)] })));
      expect(outcomes.map(({ results }) => results.length)).toEqual([11, 11]);
    });

    it('others have their turn between refused commands that go through much', async () => {
      await open({ batchEntries: 5, txnEntries: 5 });
      for (let n = 0; n < 10; n += 1) await sut.propose(put(`t/${n}`, 1));
      let refused = 0;
      const commands = Array.from({ length: 20 }, () =>
        sut.propose({ type: 'txn', ops: [tree('get-tree'), mark('z')] }).catch(() => (refused += 1)),
      );
      await new Promise((resolve) => setImmediate(resolve));
      expect(refused).toBeLessThan(20);
      await Promise.all(commands);
      expect(refused).toBe(20);
    });
  });

  it('waitingCommands: refuses what comes while as many wait for the disk, and takes it afterwards', async () => {
    await open({ waitingCommands: 2 });
    const outcomes = await Promise.allSettled(['a', 'b', 'c', 'd', 'e'].map((key) => sut.propose(put(key, 1))));
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]).toMatchObject({ reason: { reason: 'busy', message: 'Limit reached: 2 writes wait for the disk; try again later' } });
    expect(await sut.propose(put('e', 2))).toBe(true);
  });

  it('writes large commands that come together one after the other, not all at once', async () => {
    await open({});
    await Promise.all(Array.from({ length: 8 }, (_, number) => sut.propose(put(`k/${number}`, 512 * 1024))));
    const writes = new Set([...(await logText()).matchAll(/"b":(\d+)/g)].map(([, begin]) => begin));
    expect(writes.size).toBeGreaterThan(4);
  });
});
