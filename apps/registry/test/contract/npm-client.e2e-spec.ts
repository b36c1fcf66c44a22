import Consul from 'consul';
import { ConsulUnderTest } from './consul-under-test.js';

// The public npm client, driven through every method that it has for these areas; what it was asked is noted, so that none is forgotten.

type Call = (options?: unknown) => Promise<unknown>;
type Area = Record<string, Call>;

let consul: ConsulUnderTest;
let client: Consul;
const called = new Set<string>();

/** Methods of a part of the client; those of the base class and the constructor left out. */
function methodsOf(part: object): string[] {
  return Object.getOwnPropertyNames(Object.getPrototypeOf(part)).filter((name) => name !== 'constructor');
}

const PARTS: Record<string, (from: Consul) => object> = {
  agent: ({ agent }) => agent,
  'agent.check': ({ agent }) => agent.check,
  'agent.service': ({ agent }) => agent.service,
  catalog: ({ catalog }) => catalog,
  'catalog.connect': ({ catalog }) => (catalog as unknown as { connect: object }).connect,
  'catalog.node': ({ catalog }) => catalog.node,
  'catalog.service': ({ catalog }) => catalog.service,
  event: ({ event }) => event,
  health: ({ health }) => health,
  kv: ({ kv }) => kv,
  session: ({ session }) => session,
  status: ({ status }) => status,
  transaction: ({ transaction }) => transaction,
};

/** Calls a method of the client and notes it. */
function call(part: string, method: string, options?: unknown): Promise<unknown> {
  called.add(`${part}.${method}`);
  const area = PARTS[part]?.(client) as Area;
  return area[method]!.call(area, options);
}

beforeAll(async () => {
  consul = await ConsulUnderTest.start();
  const { hostname, port } = new URL(consul.address);
  client = new Consul({ host: hostname, port: Number(port) });
}, 120_000);

afterAll(async () => {
  client.destroy();
  await consul.stop();
});

it('agent: services and checks', async () => {
  const id = consul.name('npm');
  const registration = { name: id, id, address: '192.0.2.7', port: 80, tags: ['a'], meta: { k: 'v' }, check: { ttl: '60s' } };
  await call('agent.service', 'register', registration);
  expect(await call('agent.service', 'list')).toMatchObject({ [id]: { Service: id, Tags: ['a'], Meta: { k: 'v' }, Port: 80 } });
  expect(await call('agent', 'services')).toHaveProperty(id);
  const checkId = `service:${id}`;
  const status = async () => ((await call('agent.check', 'list')) as Record<string, { Status: string }>)[checkId]?.Status;
  expect(await status()).toBe('critical');
  for (const [method, expected] of [
    ['pass', 'passing'],
    ['warn', 'warning'],
    ['fail', 'critical'],
  ] as const) {
    await call('agent.check', method, { id: checkId, note: method });
    expect(await status()).toBe(expected);
  }
  await call('agent.service', 'maintenance', { id, enable: true, reason: 'oil' });
  expect(await call('agent', 'checks')).toHaveProperty(`_service_maintenance:${id}`);
  await call('agent.service', 'maintenance', { id, enable: false });
  await call('agent.check', 'register', { name: `${id}-own`, ttl: '60s', serviceid: id });
  await call('agent.check', 'deregister', `${id}-own`);
  await call('agent.service', 'deregister', id);
  expect(await call('agent', 'services')).not.toHaveProperty(id);
  await expect(call('agent.check', 'pass', checkId)).rejects.toMatchObject({ statusCode: 404 });
});

it('agent: the node', async () => {
  const self = (await call('agent', 'self')) as { Config: { NodeName: string }; DebugConfig: { SerfAdvertiseAddrLAN: string } };
  expect(await call('agent', 'members')).toMatchObject([{ Name: self.Config.NodeName, Status: 1 }]);
  await call('agent', 'maintenance', { enable: true, reason: 'oil' });
  expect(await call('agent', 'checks')).toHaveProperty('_node_maintenance');
  await call('agent', 'maintenance', { enable: false });
  expect(await call('agent', 'checks')).not.toHaveProperty('_node_maintenance');
  await call('agent', 'reload');
  await call('agent', 'join', self.DebugConfig.SerfAdvertiseAddrLAN.replace('tcp://', ''));
  await expect(call('agent', 'forceLeave', consul.name('node'))).rejects.toMatchObject({ statusCode: 500 });
});

it('catalogue and health of an external node', async () => {
  const node = consul.name('node');
  const service = consul.name('service');
  const checks = [{ node, checkid: 'c', name: 'c', status: 'warning', serviceid: service }];
  await call('catalog', 'register', { node, address: '192.0.2.9', service: { service, id: service, port: 81, tags: ['b'] }, checks });
  expect(await call('catalog', 'datacenters')).toEqual(['dc1']);
  for (const [part, method] of [
    ['catalog', 'nodes'],
    ['catalog.node', 'list'],
  ] as const) {
    expect(await call(part, method)).toEqual(expect.arrayContaining([expect.objectContaining({ Node: node, Address: '192.0.2.9' })]));
  }
  for (const [part, method] of [
    ['catalog', 'services'],
    ['catalog.service', 'list'],
  ] as const) {
    expect(await call(part, method)).toMatchObject({ [service]: ['b'] });
  }
  expect(await call('catalog.node', 'services', node)).toMatchObject({ Node: { Node: node }, Services: { [service]: { Port: 81 } } });
  expect(await call('catalog.service', 'nodes', { service, tag: 'b' })).toMatchObject([{ ServiceID: service, ServicePort: 81 }]);
  expect(await call('catalog.connect', 'nodes', service)).toEqual([]);
  expect(await call('health', 'node', node)).toMatchObject([{ CheckID: 'c', Status: 'warning' }]);
  expect(await call('health', 'checks', service)).toMatchObject([{ CheckID: 'c' }]);
  expect(await call('health', 'service', { service, passing: true })).toEqual([]);
  expect(await call('health', 'service', service)).toMatchObject([{ Service: { ID: service }, Checks: [{ CheckID: 'c' }] }]);
  expect(await call('health', 'state', 'warning')).toEqual(expect.arrayContaining([expect.objectContaining({ Node: node })]));
  await call('catalog', 'deregister', { node });
  expect(await call('health', 'node', node)).toEqual([]);
});

it('keys, sessions and transactions', async () => {
  const key = consul.name('npm');
  const { ID: session } = (await call('session', 'create', { name: 'lock', ttl: '60s', lockdelay: '0s' })) as { ID: string };
  expect(await call('kv', 'set', { key, value: 'one', acquire: session })).toBe(true);
  expect(await call('kv', 'get', key)).toMatchObject({ Value: 'one', Session: session, LockIndex: 1 });
  expect(await call('kv', 'set', { key, value: 'two', flags: 7, release: session })).toBe(true);
  expect(await call('kv', 'keys', key)).toEqual([key]);
  expect(await call('session', 'get', session)).toMatchObject({ ID: session, Name: 'lock', TTL: '60s' });
  const { Node: node } = (await call('session', 'info', session)) as { Node: string };
  for (const list of [call('session', 'list'), call('session', 'node', node)]) {
    expect(await list).toEqual(expect.arrayContaining([expect.objectContaining({ ID: session })]));
  }
  expect(await call('session', 'renew', session)).toMatchObject([{ ID: session }]);
  const set = { KV: { Verb: 'set', Key: `${key}/a`, Value: Buffer.from('x').toString('base64') } };
  expect(await call('transaction', 'create', [set, { KV: { Verb: 'get', Key: key } }])).toMatchObject({
    Results: [{ KV: { Key: `${key}/a` } }, { KV: { Key: key, Flags: 7 } }],
    Errors: null,
  });
  expect(await call('kv', 'del', { key, recurse: true })).toBe(true);
  await call('kv', 'delete', key);
  expect(await call('kv', 'get', key)).toBeUndefined();
  await call('session', 'destroy', session);
  expect(await call('session', 'get', session)).toBeUndefined();
});

it('events and status', async () => {
  const name = consul.name('event');
  const fired = (await call('event', 'fire', { name, payload: 'hello' })) as { ID: string };
  expect(await call('event', 'list', name)).toMatchObject([{ ID: fired.ID, Name: name, Payload: 'hello' }]);
  expect(await call('status', 'peers')).toContain(await call('status', 'leader'));
});

it('watches a key with its own loop', async () => {
  const key = consul.name('npm');
  const watch = client.watch({ method: client.kv.get, options: { key } });
  const seen: unknown[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  watch.on('error', reject);
  watch.on('change', (item: { Value: string } | undefined) => {
    seen.push(item?.Value);
    if (item?.Value === 'two') resolve(undefined);
    else void client.kv.set(key, item === undefined ? 'one' : 'two');
  });
  await promise;
  watch.end();
  expect(seen).toEqual([undefined, 'one', 'two']);
  await client.kv.del(key);
});

it('none of its methods was left out', () => {
  const all = Object.entries(PARTS).flatMap(([part, of]) => methodsOf(of(client)).map((method) => `${part}.${method}`));
  expect([...called].sort()).toEqual(all.sort());
});
