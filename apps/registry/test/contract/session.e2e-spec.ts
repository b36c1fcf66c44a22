import { randomUUID } from 'node:crypto';
import { ConsulUnderTest, type WireAnswer } from './consul-under-test.js';

let consul: ConsulUnderTest;
let root: string;
let node: string;
const made: string[] = [];
const checks: string[] = [];

beforeAll(async () => {
  consul = await ConsulUnderTest.start();
  node = (await consul.get('/agent/self')).json<{ Config: { NodeName: string } }>().Config.NodeName;
}, 120_000);

afterAll(async () => {
  for (const id of made) await consul.put(`/session/destroy/${id}`);
  for (const id of checks) await consul.put(`/agent/check/deregister/${id}`);
  await consul.stop();
});

beforeEach(() => {
  root = consul.name('session');
});

afterEach(() => consul.delete(`/kv/${root}?recurse`));

interface Session {
  readonly ID: string;
  readonly CreateIndex: number;
}

interface Item {
  readonly LockIndex: number;
  readonly Session?: string;
}

const PLAIN = 'text/plain; charset=utf-8';
const JSON_TYPE = 'application/json';
const outcome = ({ status, text, headers }: WireAnswer) => [status, text.trim(), headers['content-type']];

async function create(body?: unknown): Promise<string> {
  const answer = await consul.put('/session/create', body);
  expect([answer.status, answer.headers['content-type']]).toEqual([200, JSON_TYPE]);
  expect(answer.json()).toEqual({ ID: expect.stringMatching(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/) as string });
  const id = answer.json<Session>().ID;
  made.push(id);
  return id;
}

const info = async (id: string) => (await consul.get(`/session/info/${id}`)).json<Session[]>();
const exists = async (id: string) => (await info(id)).length === 1;
const destroy = (id: string) => consul.put(`/session/destroy/${id}`);
const acquire = async (key: string, id: string, value = 'v') => (await consul.put(`/kv/${root}/${key}?acquire=${id}`, value)).text.trim();
const release = async (key: string, id: string, value = 'v') => (await consul.put(`/kv/${root}/${key}?release=${id}`, value)).text.trim();
const read = (key: string) => consul.get(`/kv/${root}/${key}`);
const item = async (key: string) => (await read(key)).json<[Item]>()[0];

async function registerCheck(status: 'passing' | 'critical' = 'passing'): Promise<string> {
  const id = consul.name('check');
  checks.push(id);
  expect((await consul.put('/agent/check/register', { Name: id, TTL: '60s', Status: status })).status).toBe(200);
  await until(async () => (await consul.get(`/health/node/${node}`)).json<{ CheckID: string }[]>().some(({ CheckID }) => CheckID === id));
  return id;
}

async function until(isSo: () => Promise<boolean>, timeoutMs = 10_000): Promise<void> {
  const giveUpAt = performance.now() + timeoutMs;
  while (!(await isSo())) {
    if (performance.now() > giveUpAt) throw new Error('It did not come to be so in time');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const DEFAULTS = {
  Name: '',
  LockDelay: 15_000_000_000,
  Behavior: 'release',
  TTL: '',
  NodeChecks: ['serfHealth'],
  ServiceChecks: null,
};

async function expectSession(body: unknown, more: object): Promise<void> {
  const id = await create(body);
  const [session] = await info(id);
  const { CreateIndex } = session ?? { CreateIndex: 0 };
  expect(session).toEqual({ ID: id, Node: node, ...DEFAULTS, ...more, CreateIndex, ModifyIndex: CreateIndex });
  expect(CreateIndex).toBeGreaterThan(0);
}

describe('create', () => {
  it.each([undefined, '', '{}', 'null', '{"Unknown":1}', '{"ID":"given"}'])(
    'without anything to say (%j) makes one of this node',
    async (body) => {
      await expectSession(body, {});
    },
  );

  it.each([
    ['15s', 15e9],
    ['1.5s', 1.5e9],
    ['500us', 500_000],
    ['2us', 2_000],
    ['0s', 0],
    ['90s', 90e9],
    [0, 0],
    [15, 15e9],
    [999, 999e9],
    [1_000, 1_000],
    [1_500_000_000, 1.5e9],
    [1.5, 1e9],
    [null, 15e9],
    [true, 0],
  ])('LockDelay %j is %d ns', async (given, ns) => {
    await expectSession({ LockDelay: given }, { LockDelay: ns });
  });

  it.each([
    [{ Name: 'n' }, { Name: 'n' }],
    [
      { name: 'n', ttl: '11s' },
      { Name: 'n', TTL: '11s' },
    ],
    [{ TTL: '10s' }, { TTL: '10s' }],
    [{ TTL: '86400s' }, { TTL: '86400s' }],
    [{ TTL: '0s' }, { TTL: '0s' }],
    [{ TTL: '1h30m' }, { TTL: '1h30m' }],
    [{ TTL: null }, {}],
    [{ Behavior: 'delete' }, { Behavior: 'delete' }],
    [{ Behavior: '' }, {}],
    [{ Node: null }, {}],
    [{ NodeChecks: [] }, { NodeChecks: [] }],
    [{ NodeChecks: null }, { NodeChecks: null }],
    [{ NodeChecks: ['serfHealth', 'serfHealth'] }, { NodeChecks: ['serfHealth', 'serfHealth'] }],
    [{ Checks: [] }, { NodeChecks: [] }],
    [{ Checks: null }, { NodeChecks: [] }],
    [{ Checks: ['serfHealth'] }, {}],
    [{ Checks: ['serfHealth'], NodeChecks: [] }, { NodeChecks: [] }],
    [{ Checks: ['serfHealth', 'serfHealth'] }, { Checks: ['serfHealth', 'serfHealth'] }],
    [{ ServiceChecks: [] }, { ServiceChecks: [] }],
    [{ ServiceChecks: [{ ID: 'serfHealth' }] }, { ServiceChecks: [{ ID: 'serfHealth', Namespace: '' }] }],
    [{ ServiceChecks: [{ id: 'serfHealth', namespace: 'x' }] }, { ServiceChecks: [{ ID: 'serfHealth', Namespace: 'x' }] }],
  ])('%j', expectSession);

  it('stands on the checks that an old client names beside those of the node', async () => {
    const check = await registerCheck();
    await expectSession({ Checks: [check] }, { Checks: [check] });
    await expectSession({ Checks: [check], NodeChecks: [check] }, { NodeChecks: [check], Checks: [check] });
    await expectSession({ Checks: ['serfHealth'], NodeChecks: [check] }, { NodeChecks: [check] });
  });

  it.each([
    [{ Node: 'nope' }, 'apply failed: Missing node registration'],
    [{ Node: '' }, 'Must provide Node'],
    [{ Behavior: 'x' }, "Invalid Behavior setting 'x'"],
    [{ Behavior: 'Release' }, "Invalid Behavior setting 'Release'"],
    [{ TTL: '9s' }, "Invalid Session TTL '9000000000', must be between [10s=24h0m0s]"],
    [{ TTL: '86401s' }, "Invalid Session TTL '86401000000000', must be between [10s=24h0m0s]"],
    [{ TTL: '-10s' }, "Invalid Session TTL '-10000000000', must be between [10s=24h0m0s]"],
    [{ TTL: 'x' }, `Session TTL 'x' invalid: time: invalid duration "x"`],
    [{ TTL: '15' }, `Session TTL '15' invalid: time: missing unit in duration "15"`],
    [{ NodeChecks: ['nope'] }, "apply failed: Missing check 'nope' registration"],
    [{ Checks: ['nope'] }, "apply failed: Missing check 'nope' registration"],
    [{ ServiceChecks: [{ ID: 'nope' }] }, "apply failed: Missing check 'nope' registration"],
    [{ NodeChecks: [''] }, 'apply failed: failed check lookup: index error: object is missing a value for this index'],
    [{ ServiceChecks: [{}] }, 'apply failed: failed check lookup: index error: object is missing a value for this index'],
  ])('%j is 500 %s', async (body, text) => {
    expect(outcome(await consul.put('/session/create', body))).toEqual([500, text, PLAIN]);
  });

  it.each([
    ['[]', 'json: cannot unmarshal array into Go value of type struct { LockDelay interface {}; *structs.Alias }'],
    ['"x"', 'json: cannot unmarshal string into Go value of type struct { LockDelay interface {}; *structs.Alias }'],
    ['{', 'unexpected EOF'],
    ['{"Name":"a",}', "invalid character '}' looking for beginning of object key string"],
    ['nope', "invalid character 'o' in literal null (expecting 'u')"],
    ['{"Name":1}', 'json: cannot unmarshal number into Go struct field .Alias.Name of type string'],
    ['{"Node":{}}', 'json: cannot unmarshal object into Go struct field .Alias.Node of type string'],
    ['{"TTL":10}', 'json: cannot unmarshal number into Go struct field .Alias.TTL of type string'],
    ['{"Behavior":1}', 'json: cannot unmarshal number into Go struct field .Alias.Behavior of type structs.SessionBehavior'],
    ['{"NodeChecks":"x"}', 'json: cannot unmarshal string into Go struct field .Alias.NodeChecks of type []string'],
    ['{"NodeChecks":[1]}', 'json: cannot unmarshal number into Go struct field .Alias.NodeChecks of type string'],
    ['{"Checks":[1]}', 'json: cannot unmarshal number into Go struct field .Alias.Checks of type types.CheckID'],
    ['{"ServiceChecks":"x"}', 'json: cannot unmarshal string into Go struct field .Alias.ServiceChecks of type []structs.ServiceCheck'],
    ['{"ServiceChecks":["x"]}', 'json: cannot unmarshal string into Go struct field .Alias.ServiceChecks of type structs.ServiceCheck'],
    [
      '{"ServiceChecks":[{"ID":1}]}',
      'json: cannot unmarshal number into Go struct field ServiceCheck.Alias.ServiceChecks.ID of type string',
    ],
    ['{"LockDelay":"x"}', 'time: invalid duration "x"'],
    ['{"LockDelay":"15"}', 'time: missing unit in duration "15"'],
    ['{"LockDelay":"15x"}', 'time: unknown unit "x" in duration "15x"'],
  ])('%s is malformed', async (body, text) => {
    expect(outcome(await consul.put('/session/create', body))).toEqual([400, `Request decode failed: ${text}`, PLAIN]);
  });

  it('is refused on a check that is critical', async () => {
    const check = await registerCheck('critical');
    const text = `apply failed: Check '${check}' is in critical state`;
    expect(outcome(await consul.put('/session/create', { NodeChecks: [check] }))).toEqual([500, text, PLAIN]);
  });
});

describe('info, list, node, renew and destroy', () => {
  it('show the same of a session; ids are the same in capitals, names of nodes too', async () => {
    const id = await create({ Name: root });
    const [session] = await info(id);
    expect(await info(id.toUpperCase())).toEqual([session]);
    for (const listed of ['/session/list', `/session/node/${node}`, `/session/node/${node.toUpperCase()}`]) {
      const answer = await consul.get(listed);
      expect([answer.status, answer.headers['content-type'], answer.index > 0]).toEqual([200, JSON_TYPE, true]);
      const sessions = answer.json<Session[]>();
      expect(sessions.filter(({ ID }) => ID === id)).toEqual([session]);
      expect(sessions.map(({ ID }) => ID)).toEqual(sessions.map(({ ID }) => ID).sort());
    }
    const renewed = await consul.put(`/session/renew/${id}`);
    expect([renewed.status, renewed.json()]).toEqual([200, [session]]);
  });

  it('an unknown session is an empty list, cannot be renewed, and is destroyed gladly', async () => {
    const id = randomUUID();
    for (const unknown of [id, 'abc', id.slice(0, 8)]) {
      const answer = await consul.get(`/session/info/${unknown}`);
      expect([answer.status, answer.json(), answer.index > 0]).toEqual([200, [], true]);
      expect(outcome(await consul.put(`/session/renew/${unknown}`))).toEqual([404, `Session id '${unknown}' not found`, PLAIN]);
      expect(outcome(await destroy(unknown))).toEqual([200, 'true', JSON_TYPE]);
    }
    expect((await consul.get('/session/node/nope')).json()).toEqual([]);
  });

  it('a destroyed session is gone', async () => {
    const id = await create();
    expect(outcome(await destroy(id))).toEqual([200, 'true', JSON_TYPE]);
    expect(await exists(id)).toBe(false);
    expect((await consul.put(`/session/renew/${id}`)).status).toBe(404);
  });

  it.each([
    ['GET', '/session/info/', 400, 'Missing session'],
    ['PUT', '/session/renew/', 400, 'Missing session'],
    ['PUT', '/session/destroy/', 400, 'Missing session'],
    ['GET', '/session/node/', 400, 'Missing node name'],
    ['GET', '/session/list?index=x', 400, 'Invalid index'],
    ['PUT', '/session/create?dc=moon', 500, 'No path to datacenter'],
    ['GET', '/session/list?ns=x', 400, 'Invalid query parameter: "ns" - Namespaces are a Consul Enterprise feature'],
    ['PUT', '/session/renew/?partition=x', 400, 'Invalid query parameter: "partition" - Partitions are a Consul Enterprise feature'],
    ['GET', '/session/create', 405, 'method GET not allowed'],
    ['PUT', '/session/list', 405, 'method PUT not allowed'],
    ['GET', '/session/renew/x', 405, 'method GET not allowed'],
    ['DELETE', '/session/destroy/x', 405, 'method DELETE not allowed'],
  ])('%s %s is %d %s', async (method, path, status, text) => {
    expect(outcome(await consul.ask(method, path))).toEqual([status, text, PLAIN]);
  });
});

describe('a lock', () => {
  it('is had by one session at a time; who has it can write again', async () => {
    const [one, other] = [await create({ LockDelay: '0s' }), await create({ LockDelay: '0s' })];
    expect([await acquire('a', one), await acquire('a', other), await acquire('a', one, 'again')]).toEqual(['true', 'false', 'true']);
    const answer = await read('a');
    expect(answer.json()).toEqual([
      {
        LockIndex: 1,
        Key: `${root}/a`,
        Flags: 0,
        Value: 'YWdhaW4=',
        Session: one,
        CreateIndex: expect.any(Number) as number,
        ModifyIndex: answer.index,
      },
    ]);
    expect([await release('a', other), await release('a', one, 'mine'), await release('a', one)]).toEqual(['false', 'true', 'false']);
    expect(await item('a')).toEqual({ ...(await item('a')), LockIndex: 1, Value: 'bWluZQ==' });
    expect(await item('a')).not.toHaveProperty('Session');
    expect(await acquire('a', other)).toBe('true');
    expect(await item('a')).toMatchObject({ LockIndex: 2, Session: other });
  });

  it('does not stop a plain put, which keeps the holder and counts from the start', async () => {
    const id = await create({ LockDelay: '0s' });
    await acquire('a', id);
    await consul.put(`/kv/${root}/a`, 'plain');
    expect(await item('a')).toMatchObject({ LockIndex: 0, Session: id, Value: 'cGxhaW4=' });
    await release('a', id);
    await acquire('a', id);
    expect(await item('a')).toMatchObject({ LockIndex: 1, Session: id });
    await consul.put(`/kv/${root}/a?cas=${(await read('a')).index}`, 'cas');
    expect(await item('a')).toMatchObject({ LockIndex: 0, Session: id });
  });

  it('the same again changes nothing', async () => {
    const id = await create();
    await acquire('a', id, 'v');
    const before = (await read('a')).index;
    expect(await acquire('a', id, 'v')).toBe('true');
    expect((await read('a')).index).toBe(before);
  });

  it.each([
    ['acquire=nosuch', [500, 'raft apply failed: invalid session "nosuch"', PLAIN]],
    ['acquire', [500, 'raft apply failed: missing session', PLAIN]],
    ['release=', [500, 'raft apply failed: missing session', PLAIN]],
    ['release=nosuch', [200, 'false', JSON_TYPE]],
  ])('?%s is refused', async (query, answer) => {
    expect(outcome(await consul.put(`/kv/${root}/a?${query}`, 'v'))).toEqual(answer);
    expect((await read('a')).status).toBe(404);
  });

  it('ends with its key, without a delay', async () => {
    const [one, other] = [await create(), await create()];
    await acquire('a', one);
    await consul.delete(`/kv/${root}/a`);
    expect(await acquire('a', other)).toBe('true');
    expect(await item('a')).toMatchObject({ LockIndex: 1, Session: other });
  });
});

describe('the end of a session', () => {
  it('lets go of its keys, all in the same moment', async () => {
    const id = await create({ LockDelay: '0s' });
    for (const key of ['a', 'b']) await acquire(key, id);
    await destroy(id);
    const [a, b] = [await read('a'), await read('b')];
    expect([a.index, a.json<[Item]>()[0].Session, b.json<[Item]>()[0].Session]).toEqual([b.index, undefined, undefined]);
    expect(a.json<[Item]>()[0].LockIndex).toBe(1);
    expect(await acquire('a', await create())).toBe('true');
  });

  it('deletes the keys that it holds when its behaviour says so, and only those', async () => {
    const id = await create({ Behavior: 'delete', LockDelay: '0s' });
    for (const key of ['held', 'let-go']) await acquire(key, id);
    await release('let-go', id);
    await destroy(id);
    expect([(await read('held')).status, (await read('let-go')).status]).toEqual([404, 200]);
    expect((await consul.get(`/kv/${root}?keys`)).json()).toEqual([`${root}/let-go`]);
  });

  it.each(['release', 'delete'])('keeps others from its keys for the lock delay, with behaviour %s', async (Behavior) => {
    const [one, other] = [await create({ Behavior, LockDelay: '700ms' }), await create()];
    await acquire('a', one);
    await destroy(one);
    const endedAt = performance.now();
    expect(await acquire('a', other)).toBe('false');
    // A session that nobody knows is not even looked for meanwhile, and neither a put nor a deletion ends the delay.
    expect(await acquire('a', 'nosuch')).toBe('false');
    await consul.put(`/kv/${root}/a`, 'plain');
    await consul.delete(`/kv/${root}/a`);
    expect(await acquire('a', other)).toBe('false');
    await until(async () => (await acquire('a', other)) === 'true');
    expect(performance.now() - endedAt).toBeGreaterThan(500);
  });

  it('a lock that was given back has no delay', async () => {
    const [one, other] = [await create({ LockDelay: '30s' }), await create()];
    await acquire('a', one);
    await release('a', one);
    await destroy(one);
    expect(await acquire('a', other)).toBe('true');
  });

  it.each(['fail', 'deregister'])('comes with a check that it stands on: %s', async (what) => {
    const check = await registerCheck();
    const under = [
      await create({ NodeChecks: [check], LockDelay: '0s' }),
      await create({ ServiceChecks: [{ ID: check }] }),
      await create({ Checks: [check] }),
    ];
    const beside = await create();
    await acquire('a', under[0] ?? '');
    await consul.put(`/agent/check/warn/${check}`);
    expect(await exists(under[0] ?? '')).toBe(true);
    await consul.put(`/agent/check/${what}/${check}`);
    for (const id of under) await until(async () => !(await exists(id)));
    expect(await exists(beside)).toBe(true);
    expect((await item('a')).Session).toBeUndefined();
  });

  it('comes with the service whose check it stands on', async () => {
    const service = consul.name('service');
    await consul.put('/agent/service/register', { Name: service, Check: { CheckID: `${service}-check`, TTL: '60s', Status: 'passing' } });
    await until(async () => (await consul.get(`/health/checks/${service}`)).json<unknown[]>().length === 1);
    const id = await create({ NodeChecks: [], ServiceChecks: [{ ID: `${service}-check` }] });
    await consul.put(`/agent/service/deregister/${service}`);
    await until(async () => !(await exists(id)));
  });

  it('comes with its node, whatever it stands on', async () => {
    const Node = consul.name('node');
    await consul.put('/catalog/register', { Node, Address: '10.1.2.3' });
    const id = await create({ Node, NodeChecks: [] });
    expect((await consul.get(`/session/node/${Node}`)).json<Session[]>().map(({ ID }) => ID)).toEqual([id]);
    await consul.put('/catalog/deregister', { Node });
    expect(await exists(id)).toBe(false);
  });
});

describe('a TTL', () => {
  it('ends a session that is not renewed, between once and twice its length, and not one that is', async () => {
    const [renewed, left] = [await create({ TTL: '10s' }), await create({ TTL: '10s', LockDelay: '0s' })];
    await acquire('a', left);
    const begunAt = performance.now();
    const { index } = await consul.get(`/session/info/${left}`);
    const ended = consul.get(`/session/info/${left}?index=${index}&wait=60s`);
    while (performance.now() - begunAt < 9_500) {
      await consul.put(`/session/renew/${renewed}`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    expect(await exists(left)).toBe(true);
    await consul.put(`/session/renew/${renewed}`);
    await until(async () => !(await exists(left)), 30_000);
    const ms = performance.now() - begunAt;
    expect([ms > 10_000, ms < 25_000, await exists(renewed)]).toEqual([true, true, true]);
    expect((await ended).index).toBeGreaterThan(index);
    expect((await item('a')).Session).toBeUndefined();
  });
});

describe('a blocking query', () => {
  it.each(['info', 'list', 'node'])('of %s is answered when a session ends', async (what) => {
    const id = await create();
    const path = what === 'list' ? '/session/list' : `/session/${what}/${what === 'info' ? id : node}`;
    const { index } = await consul.get(path);
    const waiting = consul.get(`${path}?index=${index}&wait=20s`);
    await destroy(id);
    const answer = await waiting;
    expect([answer.json<Session[]>().some(({ ID }) => ID === id), answer.index > index]).toEqual([false, true]);
  });

  it('of a key is answered when the session that holds it ends', async () => {
    const id = await create();
    await acquire('a', id);
    const { index } = await read('a');
    const waiting = consul.get(`/kv/${root}/a?index=${index}&wait=20s`);
    await destroy(id);
    const answer = await waiting;
    expect([answer.json<[Item]>()[0].Session, answer.index > index]).toEqual([undefined, true]);
  });

  it('of the list is answered when one begins, and waits when nothing does', async () => {
    const { index } = await consul.get('/session/list');
    const waiting = consul.get(`/session/list?index=${index}&wait=20s`);
    await create();
    const next = await waiting;
    expect(next.index).toBeGreaterThan(index);
    const startedAt = performance.now();
    await consul.get(`/session/list?index=${next.index + 1_000}&wait=200ms`);
    expect(performance.now() - startedAt).toBeGreaterThan(190);
  });
});
