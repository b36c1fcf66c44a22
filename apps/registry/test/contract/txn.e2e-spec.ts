import { ConsulUnderTest, type WireAnswer } from './consul-under-test.js';

let consul: ConsulUnderTest;
let root: string;
const sessions: string[] = [];
const nodes: string[] = [];

beforeAll(async () => {
  consul = await ConsulUnderTest.start();
}, 120_000);

afterAll(async () => {
  for (const id of sessions) await consul.put(`/session/destroy/${id}`);
  for (const Node of nodes) await consul.put('/catalog/deregister', { Node });
  await consul.stop();
});

beforeEach(() => {
  root = consul.name('txn');
});

afterEach(() => consul.delete(`/kv/${root}?recurse`));

const READ_NOTE = {
  Index: 1,
  LastContact: 0,
  KnownLeader: true,
  ConsistencyLevel: '',
  NotModified: false,
  Backend: 0,
  ResultsFilteredByACLs: false,
};
const UNREAD_NOTE = { ...READ_NOTE, Index: 0, KnownLeader: false };
const PLAIN = 'text/plain; charset=utf-8';
const NUMBER = expect.any(Number) as number;

const txn = (ops: unknown, query = '') => consul.put(`/txn${query}`, ops);
const base64 = (text: string) => Buffer.from(text).toString('base64');
const name = (key: string) => `${root}/${key}`;
const kv = (Verb: string, key: string, more: object = {}) => ({ KV: { Verb, Key: name(key), ...more } });
const set = (key: string, value = 'v') => kv('set', key, { Value: base64(value) });
const entry = (key: string, more: object = {}) => ({
  KV: { LockIndex: 0, Key: name(key), Flags: 0, Value: null, CreateIndex: NUMBER, ModifyIndex: NUMBER, ...more },
});
const valueOf = async (key: string) => (await consul.get(`/kv/${name(key)}?raw`)).text;
const indexOf = async (key: string) => (await consul.get(`/kv/${name(key)}`)).index;

async function session(body: object = {}): Promise<string> {
  const id = (await consul.put('/session/create', { LockDelay: '0s', ...body })).json<{ ID: string }>().ID;
  sessions.push(id);
  return id;
}

function expectWritten(answer: WireAnswer, results: unknown[]): void {
  expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/json']);
  expect(answer.headers).not.toHaveProperty('x-consul-index');
  expect(answer.headers).not.toHaveProperty('x-consul-knownleader');
  expect(answer.json()).toEqual({ Results: results, Errors: null });
}

function expectRead(answer: WireAnswer, results: unknown[]): void {
  expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/json']);
  expect(answer.headers).not.toHaveProperty('x-consul-index');
  expect(answer.headers).toMatchObject({ 'x-consul-knownleader': 'true', 'x-consul-lastcontact': '0' });
  expect(answer.json()).toEqual({ Results: results, Errors: null, ...READ_NOTE });
}

/** @param errors texts by the places of their operations */
function expectConflict(answer: WireAnswer, errors: Record<number, string>, note: object = {}): void {
  expect([answer.status, answer.headers['content-type']]).toEqual([409, 'application/json; charset=utf-8']);
  const list = Object.entries(errors).map(([at, What]) => ({ OpIndex: Number(at), What }));
  expect(answer.json()).toEqual({ Results: null, Errors: list, ...note });
}

describe('a transaction', () => {
  it('does everything in one moment; each operation sees what those before it did', async () => {
    const answer = await txn([
      set('a', '1'),
      kv('get', 'a'),
      kv('set', 'b', { Value: base64('2'), Flags: 42 }),
      kv('get-tree', ''),
      kv('delete', 'a'),
      kv('get-or-empty', 'a'),
      kv('check-not-exists', 'a'),
      kv('get-tree', ''),
    ]);
    expectWritten(answer, [
      entry('a'),
      entry('a', { Value: 'MQ==' }),
      entry('b', { Flags: 42 }),
      entry('a', { Value: 'MQ==' }),
      entry('b', { Value: 'Mg==', Flags: 42 }),
      entry('a', { CreateIndex: 0, ModifyIndex: 0 }),
      entry('b', { Value: 'Mg==', Flags: 42 }),
    ]);
    const [b] = (await consul.get(`/kv/${name('b')}`)).json<[{ ModifyIndex: number }]>();
    expect(answer.json<{ Results: { KV: { ModifyIndex: number } }[] }>().Results[2]?.KV.ModifyIndex).toBe(b.ModifyIndex);
    expect((await consul.get(`/kv/${name('a')}`)).status).toBe(404);
  });

  it('has the same index for all that it changes', async () => {
    await txn([set('a'), set('b')]);
    expect(await indexOf('a')).toBe(await indexOf('b'));
  });

  it('does nothing when one operation cannot be done, and tells of all that cannot', async () => {
    await txn([set('kept', 'before')]);
    const before = await indexOf('kept');
    const answer = await txn([set('kept', 'after'), set('new'), kv('get', 'none'), kv('delete-tree', ''), kv('cas', 'kept', { Index: 1 })]);
    expectConflict(answer, { 2: `key "${name('none')}" doesn't exist`, 4: `failed to set key "${name('kept')}", index is stale` });
    expect([await valueOf('kept'), await indexOf('kept'), (await consul.get(`/kv/${name('new')}`)).status]).toEqual([
      'before',
      before,
      404,
    ]);
  });

  it.each([[[]], [null], [[{}]], [[{ KV: null }]]])('of nothing (%j) has no results', async (ops) => {
    expectRead(await txn(JSON.stringify(ops)), []);
  });

  it('passes over an operation of no kind, and takes the first kind of one that has several', async () => {
    expectConflict(await txn([{}, set('a'), {}, kv('get', 'none')]), { 1: `key "${name('none')}" doesn't exist` });
    expectWritten(await txn([{ ...set('a'), Node: {} }]), [entry('a')]);
  });

  it('wakes who waits for a key or a tree that it changes', async () => {
    await txn([set('a', '1')]);
    const index = await indexOf('a');
    const waiting = ['a', '?recurse', '?keys'].map((path) =>
      consul.get(`/kv/${name(path)}${path.includes('?') ? '&' : '?'}index=${index}&wait=20s`),
    );
    await txn([set('b'), set('a', '2')]);
    for (const answer of await Promise.all(waiting)) expect(answer.index).toBeGreaterThan(index);
  });

  it('keys are as they are given, also where a path could not be so', async () => {
    const keys = [' a', 'a ', 'b//c', 'b/../d', 'e/\u0000', '中'];
    expectWritten(
      await txn(keys.map((key) => set(key))),
      keys.map((key) => entry(key)),
    );
    expectWritten(await txn([kv('delete-tree', '')]), []);
  });
});

describe('what is only read', () => {
  beforeEach(() => txn([set('a', '1'), set('b', '2')]));

  it.each(['', '?stale', '?consistent', '?index=1000000&wait=5s'])('is answered with how it was read: %s', async (query) => {
    expectRead(await txn([kv('get', 'a')], query), [entry('a', { Value: 'MQ==' })]);
    expectConflict(await txn([kv('get', 'none')], query), { 0: `key "${name('none')}" doesn't exist` }, READ_NOTE);
  });

  it('of a tree is all below it', async () => {
    expectRead(await txn([kv('get-tree', '')]), [entry('a', { Value: 'MQ==' }), entry('b', { Value: 'Mg==' })]);
    expectRead(await txn([kv('get-tree', 'none/')]), []);
  });

  it('of what is not there is empty if it may be', async () => {
    expectRead(await txn([kv('get-or-empty', 'none')]), [entry('none', { CreateIndex: 0, ModifyIndex: 0 })]);
    expectRead(await txn([kv('get-or-empty', 'b')]), [entry('b', { Value: 'Mg==' })]);
    expectRead(await txn([kv('check-not-exists', 'none')]), []);
    expectConflict(await txn([kv('check-not-exists', 'a')]), { 0: `key "${name('a')}" exists` }, READ_NOTE);
  });

  it('check-index and check-session show the key without its value', async () => {
    const index = await indexOf('a');
    expectRead(await txn([kv('check-index', 'a', { Index: index }), kv('check-session', 'a')]), [entry('a'), entry('a')]);
    expectConflict(
      await txn([
        kv('check-index', 'a', { Index: 1 }),
        kv('check-index', 'none'),
        kv('check-session', 'a', { Session: 'x' }),
        kv('check-session', 'none'),
      ]),
      {
        0: `failed index check for key "${name('a')}", current modify index ${index} != 1`,
        1: `failed to check index, key "${name('none')}" doesn't exist`,
        2: `failed session check for key "${name('a')}", current session "" != "x"`,
        3: `failed to check session, key "${name('none')}" doesn't exist`,
      },
      READ_NOTE,
    );
  });

  it('cannot be stale and consistent', async () => {
    const answer = await txn([kv('get', 'a')], '?stale&consistent');
    expect([answer.status, answer.text]).toEqual([400, 'Cannot specify ?stale with ?consistent, conflicting semantics.']);
  });
});

describe('writes', () => {
  it('cas creates with 0 only and changes only what is unchanged', async () => {
    const stale = (key: string) => ({ 0: `failed to set key "${name(key)}", index is stale` });
    expectConflict(await txn([kv('cas', 'a', { Index: 5 })]), stale('a'));
    expectWritten(await txn([kv('cas', 'a', { Index: 0 })]), [entry('a')]);
    expectConflict(await txn([kv('cas', 'a', { Index: 0 })]), stale('a'));
    expectWritten(await txn([kv('cas', 'a', { Index: await indexOf('a'), Value: base64('2') })]), [entry('a')]);
    expect(await valueOf('a')).toBe('2');
  });

  it('delete and delete-cas', async () => {
    await txn([set('a')]);
    const stale = `failed to delete key "${name('a')}", index is stale`;
    for (const Index of [0, 1]) expectConflict(await txn([kv('delete-cas', 'a', { Index })]), { 0: stale });
    expectWritten(await txn([kv('delete-cas', 'a', { Index: await indexOf('a') })]), []);
    expectWritten(await txn([kv('delete', 'a'), kv('delete-cas', 'a', { Index: 3 })]), []);
  });

  it('delete-tree deletes what is below its prefix', async () => {
    await txn([set('t/a'), set('t/b'), set('u')]);
    expectWritten(await txn([kv('delete-tree', 't/')]), []);
    expect((await consul.get(`/kv/${root}?keys`)).json()).toEqual([name('u')]);
  });

  it('flags are exact up to 64 bits', async () => {
    const answer = await txn(`[{"KV":{"Verb":"set","Key":"${name('a')}","Flags":18446744073709551615}}]`);
    expect(answer.text).toMatch(/"Flags": ?18446744073709551615,/);
  });

  it('names of fields are the same in small letters', async () => {
    expectWritten(await txn([{ kv: { verb: 'set', key: name('a'), value: base64('x'), flags: 3 } }]), [entry('a', { Flags: 3 })]);
  });
});

describe('locks', () => {
  it('are had by one session at a time', async () => {
    const [one, other] = [await session(), await session()];
    expectWritten(await txn([kv('lock', 'a', { Session: one, Value: base64('x') })]), [entry('a', { LockIndex: 1, Session: one })]);
    expectWritten(await txn([kv('lock', 'a', { Session: one })]), [entry('a', { LockIndex: 1, Session: one })]);
    expectConflict(await txn([kv('lock', 'a', { Session: other }), kv('unlock', 'a', { Session: other })]), {
      0: `failed to lock key "${name('a')}", lock is already held`,
      1: `failed to unlock key "${name('a')}", lock isn't held, or is held by another session`,
    });
    expectRead(await txn([kv('check-session', 'a', { Session: one })]), [entry('a', { LockIndex: 1, Session: one })]);
    expectConflict(
      await txn([kv('check-session', 'a', { Session: other })]),
      { 0: `failed session check for key "${name('a')}", current session "${one}" != "${other}"` },
      READ_NOTE,
    );
    expectWritten(await txn([kv('set', 'a', { Session: other })]), [entry('a', { Session: one })]);
    expectWritten(await txn([kv('unlock', 'a', { Session: one })]), [entry('a')]);
  });

  it('are taken together or not at all', async () => {
    const [one, other] = [await session(), await session()];
    await txn([kv('lock', 'b', { Session: other })]);
    const answer = await txn([kv('lock', 'a', { Session: one }), kv('lock', 'b', { Session: one })]);
    expectConflict(answer, { 1: `failed to lock key "${name('b')}", lock is already held` });
    expect((await consul.get(`/kv/${name('a')}`)).status).toBe(404);
    await txn([kv('lock', 'a', { Session: other }), kv('get', 'a'), kv('unlock', 'a', { Session: other })]);
    expect((await consul.get(`/kv/${name('a')}`)).json()).toEqual([entry('a', { LockIndex: 1 }).KV]);
  });

  it('need a session', async () => {
    expectConflict(await txn([kv('lock', 'a'), kv('lock', 'a', { Session: 'x' }), kv('unlock', 'a')]), {
      0: 'missing session',
      1: 'invalid session "x"',
      2: 'missing session',
    });
  });

  it('keep to the lock delay, whatever else there is', async () => {
    const [one, other] = [await session({ LockDelay: '30s' }), await session()];
    await txn([kv('lock', 'a', { Session: one })]);
    await consul.put(`/session/destroy/${one}`);
    const answer = await txn([set('b'), kv('lock', 'a', { Session: other }), kv('get', 'none')]);
    expectConflict(answer, { 1: `failed to lock key "${name('a')}" due to lock delay` });
  });
});

describe('nodes, services and checks', () => {
  let node: string;
  const nodeOp = (Verb: string, more: object = {}) => ({ Node: { Verb, Node: { Node: node, ...more } } });
  const serviceOp = (Verb: string, more: object = {}) => ({ Service: { Verb, Node: node, Service: more } });
  const checkOp = (Verb: string, more: object = {}) => ({ Check: { Verb, Check: { Node: node, ...more } } });
  const indexes = { CreateIndex: NUMBER, ModifyIndex: NUMBER };
  const shownNode = () => ({
    Node: {
      ID: '',
      Node: node,
      Address: '10.9.8.7',
      Datacenter: 'dc1',
      TaggedAddresses: { lan: '10.9.8.7' },
      Meta: { a: 'b' },
      ...indexes,
    },
  });
  const shownService = {
    Service: {
      ID: 'web-1',
      Service: 'web',
      Tags: ['t'],
      Address: '',
      Meta: { x: 'y' },
      Port: 80,
      Weights: { Passing: 1, Warning: 1 },
      EnableTagOverride: false,
      Proxy: { Mode: '', MeshGateway: {}, Expose: {} },
      Connect: {},
      PeerName: '',
      ...indexes,
    },
  };
  const shownCheck = () => ({
    Check: {
      Node: node,
      CheckID: 'c',
      Name: 'check',
      Status: 'passing',
      Notes: 'n',
      Output: 'o',
      ServiceID: 'web-1',
      ServiceName: 'web',
      ServiceTags: ['t'],
      Type: '',
      Interval: '',
      Timeout: '',
      ExposedPort: 0,
      Definition: {},
      ...indexes,
    },
  });
  const setNode = () => nodeOp('set', { Address: '10.9.8.7', Meta: { a: 'b' }, TaggedAddresses: { lan: '10.9.8.7' } });
  const setService = () => serviceOp('set', { ID: 'web-1', Service: 'web', Tags: ['t'], Meta: { x: 'y' }, Port: 80 });
  const setCheck = () => checkOp('set', { CheckID: 'c', Name: 'check', Status: 'passing', Notes: 'n', Output: 'o', ServiceID: 'web-1' });

  beforeEach(() => {
    node = consul.name('node');
    nodes.push(node);
  });

  it('are set and read with keys in one transaction', async () => {
    const shown = [shownNode(), shownService, shownCheck()];
    expectWritten(await txn([setNode(), setService(), setCheck(), set('a')]), [...shown, entry('a')]);
    expectRead(await txn([nodeOp('get'), serviceOp('get', { ID: 'web-1' }), checkOp('get', { CheckID: 'c' })]), shown);
    expect((await consul.get(`/catalog/node/${node}`)).json()).toMatchObject({
      Node: { Address: '10.9.8.7' },
      Services: { 'web-1': { Port: 80 } },
    });
  });

  it('are not set when something else cannot be done', async () => {
    expectConflict(await txn([setNode(), setService(), kv('get', 'none')]), { 2: `key "${name('none')}" doesn't exist` });
    expect((await consul.get(`/catalog/node/${node}`)).json()).toBeNull();
  });

  it('are deleted, gladly when they are not there', async () => {
    await txn([setNode(), setService(), setCheck()]);
    const deleteAll = [checkOp('delete', { CheckID: 'c' }), serviceOp('delete', { ID: 'web-1', Service: 'web' }), nodeOp('delete')];
    expectWritten(await txn(deleteAll), []);
    expectWritten(await txn(deleteAll), []);
  });

  it('are changed and deleted with an index only when they are unchanged', async () => {
    await txn([setNode(), setService(), setCheck()]);
    const stale = { ModifyIndex: 1 };
    expectConflict(
      await txn([
        nodeOp('cas', stale),
        serviceOp('cas', { ID: 'web-1', Service: 'web', ...stale }),
        checkOp('cas', { CheckID: 'c', ...stale }),
        nodeOp('delete-cas', stale),
        serviceOp('delete-cas', { ID: 'web-1', Service: 'web', ...stale }),
        checkOp('delete-cas', { CheckID: 'c', ...stale }),
      ]),
      {
        0: `failed to set node "${node}", index is stale`,
        1: `failed to set service "web-1" on node "${node}", index is stale`,
        2: `failed to set check "c" on node "${node}", index is stale`,
        3: `failed to delete node "${node}", index is stale`,
        4: `failed to delete service "web-1" on node "${node}", index is stale`,
        5: `failed to delete check "c" on node "${node}", index is stale`,
      },
    );
    const [{ Check }] = (await txn([checkOp('get', { CheckID: 'c' })])).json<{ Results: [{ Check: { ModifyIndex: number } }] }>().Results;
    expectWritten(await txn([checkOp('delete-cas', { CheckID: 'c', ModifyIndex: Check.ModifyIndex })]), []);
    expectWritten(
      await txn([checkOp('cas', { CheckID: 'c', Name: 'check', Status: 'passing', Notes: 'n', Output: 'o', ServiceID: 'web-1' })]),
      [shownCheck()],
    );
  });

  it('need what they stand on', async () => {
    expectConflict(await txn([setService(), setCheck()]), { 0: 'Missing node registration', 1: 'Missing node registration' });
    await txn([setNode()]);
    expectConflict(await txn([setCheck()]), { 0: 'Missing service registration' });
  });

  it.each([
    [{}, { Passing: 1, Warning: 1 }],
    [
      { Passing: 0, Warning: 0 },
      { Passing: 1, Warning: 1 },
    ],
    [
      { Passing: 0, Warning: 5 },
      { Passing: 1, Warning: 1 },
    ],
    [
      { Passing: 3, Warning: 0 },
      { Passing: 3, Warning: 0 },
    ],
    [
      { Passing: 2, Warning: -3 },
      { Passing: 1, Warning: 1 },
    ],
  ])('have the usual weights where %j says nothing', async (Weights, shown) => {
    await txn([setNode()]);
    expectWritten(await txn([serviceOp('set', { ID: 'web-1', Service: 'web', Tags: ['t'], Meta: { x: 'y' }, Port: 80, Weights })]), [
      { Service: { ...shownService.Service, Weights: shown } },
    ]);
  });

  it.each<[string, object, object]>([
    [
      'texts',
      { TCP: '1.2.3.4:5', Interval: '10s', Timeout: '5s', DeregisterCriticalServiceAfter: '1m' },
      { TCP: '1.2.3.4:5', Interval: '10s', Timeout: '5s', DeregisterCriticalServiceAfter: '1m0s' },
    ],
    [
      'numbers, and names of their own',
      { interval: 10_000_000_000, TimeoutDuration: '3s', Timeout: '9s', DeregisterCriticalServiceAfterDuration: 90_000_000_000 },
      { Interval: '10s', Timeout: '3s', DeregisterCriticalServiceAfter: '1m30s' },
    ],
    [
      'everything of an HTTP check',
      { HTTP: 'http://x', Method: 'PUT', Body: 'b', Header: { a: ['b', null], c: null }, TLSServerName: 't', TLSSkipVerify: true },
      { HTTP: 'http://x', Method: 'PUT', Body: 'b', Header: { a: ['b', ''], c: null }, TLSServerName: 't', TLSSkipVerify: true },
    ],
    ['what transactions lose', { UDP: 'u', GRPC: 'g', GRPCUseTLS: true, AliasNode: 'n', Unknown: 7 }, { GRPC: 'g', GRPCUseTLS: true }],
    ['what is empty', { Interval: '0s', HTTP: '', Header: {}, TLSSkipVerify: false }, {}],
  ])('keep how a check is made: %s', async (_, Definition, shown) => {
    await txn([setNode()]);
    const answer = await txn([checkOp('set', { CheckID: 'c', Name: 'check', Type: 'tcp', Definition })]);
    const { Results } = answer.json<{ Results: { Check: object }[] }>();
    expect(Results).toMatchObject([{ Check: { CheckID: 'c', Type: 'tcp', Interval: '', Timeout: '' } }]);
    expect(Results[0]?.Check).toHaveProperty('Definition', shown);
    const [again] = (await consul.get(`/health/node/${node}`)).json<object[]>();
    expect(again).toHaveProperty('Definition', shown);
  });

  it.each([
    [{ Interval: 'x' }, 'time: invalid duration "x"'],
    [{ Interval: true }, 'strconv.ParseFloat: parsing "true": invalid syntax'],
    [{ TCP: 7 }, 'json: cannot unmarshal number into Go struct field HealthCheck.Check.Check.Definition.Alias.TCP of type string'],
    [
      { Header: { a: 7 } },
      'json: cannot unmarshal number into Go struct field HealthCheck.Check.Check.Definition.Alias.Header of type []string',
    ],
  ])('refuse how no check can be made: %j', async (Definition, text) => {
    const answer = await txn([checkOp('set', { CheckID: 'c', Name: 'check', Definition })]);
    expect([answer.status, answer.text]).toEqual([400, `Failed to parse body: ${text}`]);
  });

  it('that are not there cannot be read', async () => {
    expectConflict(
      await txn([nodeOp('get'), serviceOp('get', { ID: 'x' }), checkOp('get', { CheckID: 'x' })]),
      {
        0: `node "${node}" doesn't exist`,
        1: `service "x" on node "${node}" doesn't exist`,
        2: `check "x" on node "${node}" doesn't exist`,
      },
      READ_NOTE,
    );
  });

  it('end a session that stands on a check which they make critical', async () => {
    await txn([setNode(), setService(), setCheck()]);
    const id = await session({ Node: node, NodeChecks: [], ServiceChecks: [{ ID: 'c' }] });
    await consul.put(`/kv/${name('a')}?acquire=${id}`, 'v');
    await txn([checkOp('set', { CheckID: 'c', Name: 'check', Status: 'critical', ServiceID: 'web-1' })]);
    expect((await consul.get(`/session/info/${id}`)).json()).toEqual([]);
    expect((await consul.get(`/kv/${name('a')}`)).json()).toEqual([entry('a', { LockIndex: 1, Value: 'dg==' }).KV]);
  });

  it.each([
    [{ Node: {} }, 'unknown node operation: '],
    [{ Service: {} }, 'unknown service operation: '],
    [{ Check: {} }, 'unknown check operation: '],
    [{ Node: { Verb: 'set', Node: {} } }, 'Must provide node'],
    [{ Node: { Verb: 'set', Node: { Node: 'n', ID: 'bad' } } }, 'Bad node ID: uuid string is wrong length'],
    [
      { Node: { Verb: 'set', Node: { Node: 'n', ID: 'zzzzzzzz-0000-0000-0000-000000000000' } } },
      "Bad node ID: encoding/hex: invalid byte: U+007A 'z'",
    ],
    [{ Service: { Verb: 'set', Node: 'n', Service: { Service: 's', Address: '0.0.0.0' } } }, 'Invalid service address'],
    [{ Service: { Verb: 'delete', Node: 'n', Service: { Service: 's', ID: 's', Address: '::' } } }, 'Invalid service address'],
    [
      { Service: { Verb: 'set', Node: 'n', Service: {} } },
      'service name (Service.Service) is required; both Service ID (Service.ID) and Service Name cannot be empty',
    ],
    [
      { Service: { Verb: 'delete', Node: 'n', Service: { ID: 'x' } } },
      'Must provide service name (Service.Service) when service ID is provided',
    ],
    [{ Check: { Verb: 'set', Check: {} } }, 'failed health check lookup: index error: object is missing a value for this index'],
  ])('%j is refused', async (op, text) => {
    expectConflict(await txn([op]), { 0: text });
  });
});

describe('what is no transaction', () => {
  it.each([
    ['', 'EOF'],
    ['{}', 'json: cannot unmarshal object into Go value of type api.TxnOps'],
    ['x', "invalid character 'x' looking for beginning of value"],
    ['[1]', 'json: cannot unmarshal number into Go value of type api.TxnOp'],
    ['[{"Foo":{}}]', 'json: unknown field "Foo"'],
    ['[{"Session":{}}]', 'json: unknown field "Session"'],
    ['[{"KV":"x"}]', 'json: cannot unmarshal string into Go struct field TxnOp.KV of type api.KVTxnOp'],
    ['[{"KV":{"Verb":1}}]', 'json: cannot unmarshal number into Go struct field KVTxnOp.KV.Verb of type api.KVOp'],
    ['[{"KV":{"Foo":1}}]', 'json: unknown field "Foo"'],
    ['[{"KV":{"Value":1}}]', 'json: cannot unmarshal number into Go struct field KVTxnOp.KV.Value of type []uint8'],
    ['[{"KV":{"Value":"%%%"}}]', 'illegal base64 data at input byte 0'],
    ['[{"KV":{"Value":"aGk"}}]', 'illegal base64 data at input byte 0'],
    ['[{"KV":{"Flags":-1}}]', 'json: cannot unmarshal number -1 into Go struct field KVTxnOp.KV.Flags of type uint64'],
    ['[{"KV":{"Flags":1.5}}]', 'json: cannot unmarshal number 1.5 into Go struct field KVTxnOp.KV.Flags of type uint64'],
    ['[{"KV":{"Flags":"1"}}]', 'json: cannot unmarshal string into Go struct field KVTxnOp.KV.Flags of type uint64'],
    ['[{"Node":{"Verb":"set","Node":"x"}}]', 'json: cannot unmarshal string into Go struct field NodeTxnOp.Node.Node of type api.Node'],
    ['[{"Service":{"Node":1}}]', 'json: cannot unmarshal number into Go struct field ServiceTxnOp.Service.Node of type string'],
  ])('%s', async (body, text) => {
    const answer = await txn(body);
    expect([answer.status, answer.text, answer.headers['content-type']]).toEqual([400, `Failed to parse body: ${text}`, PLAIN]);
  });

  it.each([
    [{ Verb: 'get', Key: '' }, 'Must provide key'],
    [{}, 'Must provide key'],
    [{ Verb: 'bogus', Key: 'k' }, 'unknown KV operation: bogus'],
    [{ Verb: 'SET', Key: 'k' }, 'unknown KV operation: SET'],
    [{ Key: 'k' }, 'unknown KV operation: '],
  ])('%j is not even tried', async (op, text) => {
    expectConflict(await txn([{ KV: op }]), { 0: text }, UNREAD_NOTE);
  });

  it('is told before anything is done', async () => {
    expectConflict(await txn([set('a'), { KV: { Verb: 'set', Key: '' } }, kv('get', 'none'), kv('bogus', 'a')]), {
      1: 'Must provide key',
      3: 'unknown KV operation: bogus',
    });
    expect((await consul.get(`/kv/${name('a')}`)).status).toBe(404);
  });

  it('has at most 128 operations', async () => {
    const ops = Array.from({ length: 129 }, (_, at) => set(`many/${at}`));
    const answer = await txn(ops);
    expect([answer.status, answer.text, answer.headers['content-type']]).toEqual([
      413,
      'Transaction contains too many operations (129 > 128)',
      PLAIN,
    ]);
    expect((await txn(ops.slice(1))).json<{ Results: unknown[] }>().Results).toHaveLength(128);
  });

  it('has at most 512 KiB', async () => {
    const limit = 512 * 1024;
    expect((await txn(`[${' '.repeat(limit - 2)}]`)).status).toBe(200);
    const answer = await txn(`[${' '.repeat(limit - 1)}]`);
    expect([answer.status, answer.text]).toEqual([
      413,
      `Request body(${limit + 1} bytes) too large, max size: ${limit} bytes. See https://developer.hashicorp.com/docs/agent/config/config-files#txn_max_req_len.`,
    ]);
  });

  it.each([
    ['GET', '/txn', 405, 'method GET not allowed'],
    ['POST', '/txn', 405, 'method POST not allowed'],
    ['PUT', '/txn?dc=moon', 500, 'No path to datacenter'],
  ])('%s %s is %d', async (method, path, status, text) => {
    const answer = await consul.ask(method, path, { body: '[]' });
    expect([answer.status, answer.text]).toEqual([status, text]);
  });
});
