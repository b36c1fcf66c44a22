import type { Command } from './command.js';
import type { CheckRegistration, SessionEntry, Unindexed } from './entries.js';
import { RegistryState } from './registry-state.js';
import { Rejection } from './rejection.js';
import type { KvOp, TxnOp } from './txn/txn-op.js';

const NODE = { id: '', name: 'node', address: '', meta: {}, taggedAddresses: {} };

const check = (checkId: string, status: CheckRegistration['status'] = 'passing'): CheckRegistration => ({
  node: 'node',
  checkId,
  name: checkId,
  status,
  notes: '',
  output: '',
  serviceId: '',
  type: '',
  interval: '',
  timeout: '',
  definition: {},
});

const session = (id: string, more: Partial<Unindexed<SessionEntry>> = {}): Command => ({
  type: 'session-create',
  session: { id, name: '', node: 'node', lockDelayNs: 0, behavior: 'release', ttl: '', nodeChecks: [], serviceChecks: null, ...more },
});

const op = (verb: KvOp['verb'], key: string, more: Partial<KvOp> = {}): KvOp => ({
  kind: 'kv',
  verb,
  key,
  value: 'dg==',
  flags: '0',
  index: 0,
  session: '',
  ...more,
});

function createState() {
  const sut = new RegistryState();
  const log: { command: Command; at: number }[] = [];
  let touched = new Set<string>();
  const apply = <C extends Command>(command: C, at = 1_000) => {
    log.push({ command, at });
    touched = new Set();
    return sut.apply(command, sut.index + 1, touched, at);
  };
  const acquire = (key: string, id: string, at?: number) => apply({ type: 'kv-put', key, value: null, flags: '0', acquire: id }, at);
  apply({ type: 'node-put', node: NODE });
  const replayed = () => {
    const other = new RegistryState();
    log.forEach(({ command, at }, place) => other.apply(command, place + 1, new Set(), at));
    return other;
  };
  return { sut, apply, acquire, replayed, touched: () => [...touched].sort() };
}

describe('sessions of a RegistryState', () => {
  it('hold keys until they end, and all of them are let go of with one index', () => {
    const { sut, apply, acquire, touched } = createState();
    apply(session('s'));
    expect([acquire('a', 's'), acquire('b', 'S')]).toEqual([true, true]);
    expect(sut.kv.heldBy('s')).toEqual(['a', 'b']);
    apply({ type: 'session-destroy', id: 's' });
    for (const key of ['a', 'b']) {
      expect(sut.kv.get(key)).toMatchObject({ modifyIndex: sut.index, lockIndex: 1 });
      expect(sut.kv.get(key)).not.toHaveProperty('session');
    }
    expect(touched()).toEqual(['kv:a', 'kv:b', 'session:s', 'sessions']);
    expect(sut.kv.heldBy('s')).toEqual([]);
  });

  it('delete their keys when they are to, which moves the index of the prefix', () => {
    const { sut, apply, acquire } = createState();
    apply(session('s', { behavior: 'delete' }));
    acquire('p/a', 's');
    apply({ type: 'session-destroy', id: 's' });
    expect([sut.kv.get('p/a'), sut.kv.indexBelow('p/')]).toEqual([undefined, sut.index]);
  });

  it('keep others from their keys for the lock delay, at most a minute, by the time of the commands', () => {
    const { apply, acquire } = createState();
    for (const [id, seconds] of [
      ['short', 5],
      ['long', 3_600],
    ] as const) {
      apply(session(id, { lockDelayNs: seconds * 1e9 }));
      acquire(id, id);
      apply({ type: 'session-destroy', id }, 10_000);
    }
    apply(session('other'));
    expect([acquire('short', 'other', 14_999), acquire('short', 'other', 15_000)]).toEqual([false, true]);
    expect([acquire('long', 'other', 69_999), acquire('long', 'other', 70_000)]).toEqual([false, true]);
  });

  it.each<[string, Command]>([
    ['turns critical', { type: 'check-status', node: 'node', checkId: 'c', status: 'critical', output: '' }],
    ['is registered again as critical', { type: 'txn', ops: [{ kind: 'check', verb: 'set', check: check('c', 'critical'), index: 0 }] }],
    ['is deleted', { type: 'check-delete', node: 'node', checkId: 'c' }],
    ['goes with its node', { type: 'node-delete', node: 'NODE' }],
  ])('end when the check that they stand on %s', (_, command) => {
    const { sut, apply, acquire } = createState();
    apply({ type: 'check-put', check: check('c') });
    apply(session('under', { nodeChecks: ['c'] }));
    acquire('a', 'under');
    expect(sut.sessions.get('under')).toBeDefined();
    apply(command);
    expect([sut.sessions.get('under'), sut.kv.get('a')?.session, sut.sessions.usage()]).toEqual([
      undefined,
      undefined,
      { sessions: 0, bytes: 0 },
    ]);
  });

  it('outlive a warning, and other checks', () => {
    const { sut, apply } = createState();
    for (const id of ['c', 'other']) apply({ type: 'check-put', check: check(id) });
    apply(session('s', { nodeChecks: ['c'] }));
    apply({ type: 'check-status', node: 'node', checkId: 'c', status: 'warning', output: '' });
    apply({ type: 'check-delete', node: 'node', checkId: 'other' });
    expect(sut.sessions.get('s')).toBeDefined();
  });

  it('end with their node also when they stand on nothing', () => {
    const { sut, apply } = createState();
    apply(session('s'));
    apply({ type: 'txn', ops: [{ kind: 'node', verb: 'delete', node: NODE, index: 0 }] });
    expect(sut.sessions.get('s')).toBeUndefined();
  });

  it('do not begin on what is missing or critical', () => {
    const { apply } = createState();
    apply({ type: 'check-put', check: check('bad', 'critical') });
    const why = (command: Command) => {
      const result = apply(command);
      return result instanceof Rejection ? result.message : result;
    };
    expect([
      why(session('s', { node: 'none' })),
      why(session('s', { nodeChecks: ['none'] })),
      why(session('s', { serviceChecks: [{ ID: 'bad', Namespace: '' }] })),
      why(session('s', { checks: [''] })),
    ]).toEqual([
      'apply failed: Missing node registration',
      "apply failed: Missing check 'none' registration",
      "apply failed: Check 'bad' is in critical state",
      'apply failed: failed check lookup: index error: object is missing a value for this index',
    ]);
  });

  it('are the same after a replay of the commands, and after a snapshot', () => {
    const { sut, apply, acquire, replayed } = createState();
    apply({ type: 'check-put', check: check('c') });
    for (const id of ['one', 'two', 'three']) apply(session(id, { nodeChecks: id === 'one' ? ['c'] : [], lockDelayNs: 5e9 }));
    acquire('a', 'one');
    acquire('b', 'two');
    acquire('b', 'three');
    acquire('c', 'nobody');
    apply({ type: 'check-delete', node: 'node', checkId: 'c' }, 2_000);
    apply({ type: 'txn', ops: [op('lock', 'd', { session: 'two' }), op('set', 'e')] });
    apply({ type: 'txn', ops: [op('set', 'f'), op('get', 'none')] });
    expect(replayed().records()).toEqual(sut.records());
    const restored = new RegistryState();
    for (const record of sut.records()) restored.restore(record);
    expect(restored.records()).toEqual(sut.records());
    expect([restored.kv.heldBy('two').sort(), restored.sessions.usage()]).toEqual([['b', 'd'], sut.sessions.usage()]);
    expect(restored.lockDelays.isOn('a', 6_999)).toBe(true);
  });
});

describe('transactions of a RegistryState', () => {
  it('change nothing when an operation fails: no key, no index, no waiting reader, no node', () => {
    const { sut, apply, touched } = createState();
    apply({ type: 'kv-put', key: 'a', value: null, flags: '0' });
    const before = sut.records().filter(({ type }) => type !== 'indexes');
    const ops: TxnOp[] = [
      op('set', 'a'),
      op('delete-tree', ''),
      { kind: 'node', verb: 'set', node: { ...NODE, name: 'new' }, index: 0 },
      op('get', 'a'),
    ];
    expect(apply({ type: 'txn', ops })).toEqual({ results: [], errors: [{ at: 3, what: `key "a" doesn't exist` }] });
    expect([sut.records().filter(({ type }) => type !== 'indexes'), touched(), sut.kv.indexOf('a')]).toEqual([before, [], 2]);
  });

  it('read what they wrote, in the order of keys', () => {
    const { sut, apply } = createState();
    for (const key of ['p/b', 'p/d']) apply({ type: 'kv-put', key, value: null, flags: '0' });
    const outcome = apply({ type: 'txn', ops: [op('set', 'p/c'), op('delete', 'p/d'), op('set', 'p/a'), op('get-tree', 'p/')] });
    if (outcome instanceof Rejection) throw outcome;
    const tree = outcome.results.slice(2);
    expect(tree.map((result) => result.kind === 'kv' && result.entry.key)).toEqual(['p/a', 'p/b', 'p/c']);
    expect([...sut.kv.list('p/')].map(({ key }) => key)).toEqual(['p/a', 'p/b', 'p/c']);
  });

  it('take and give back a lock in one go', () => {
    const { sut, apply } = createState();
    apply(session('s'));
    apply({ type: 'txn', ops: [op('lock', 'a', { session: 's' }), op('unlock', 'a', { session: 's' })] });
    expect(sut.kv.get('a')).toMatchObject({ lockIndex: 1 });
    expect(sut.kv.heldBy('s')).toEqual([]);
  });
});
