import { ConsulUnderTest } from './consul-under-test.js';

let consul: ConsulUnderTest;
let node: string;

beforeAll(async () => {
  consul = await ConsulUnderTest.start();
  node = consul.name('node');
  await consul.put('/catalog/register', { Node: node, Address: '192.0.2.1' });
});

afterAll(async () => {
  await consul.put('/catalog/deregister', { Node: node });
  await consul.stop();
});

const service = (fields: object) => [{ Service: { Verb: 'set', Node: node, Service: { Service: 'web', ...fields } } }];
const check = (fields: object) => [{ Check: { Verb: 'set', Check: { Node: node, CheckID: 'c', ...fields } } }];
const mismatch = (kind: string, path: string, type: string) =>
  `json: cannot unmarshal ${kind} into Go struct field ${path} of type ${type}`;

async function refusalOf(body: unknown) {
  const { status, text } = await consul.put('/txn', body);
  return [status, text];
}

/** The service of the one result. */
async function shown(body: unknown) {
  const answer = await consul.put('/txn', body);
  expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
  return answer.json<{ Results: { Service: Record<string, unknown> }[] }>().Results[0]?.Service;
}

describe('tagged addresses of a service', () => {
  const PATH = 'AgentService.Service.Service.TaggedAddresses';
  const OF_ONE = 'ServiceAddress.Service.Service.TaggedAddresses';

  it.each([
    ['x', mismatch('string', PATH, 'map[string]api.ServiceAddress')],
    [1, mismatch('number', PATH, 'map[string]api.ServiceAddress')],
    [true, mismatch('bool', PATH, 'map[string]api.ServiceAddress')],
    [[], mismatch('array', PATH, 'map[string]api.ServiceAddress')],
    [{ lan: 1 }, mismatch('number', PATH, 'api.ServiceAddress')],
    [{ lan: [] }, mismatch('array', PATH, 'api.ServiceAddress')],
    [{ lan: { Address: 1 } }, mismatch('number', `${OF_ONE}.Address`, 'string')],
    [{ lan: { Port: 1.5 } }, mismatch('number 1.5', `${OF_ONE}.Port`, 'int')],
    [{ lan: { Foo: 1 } }, 'json: unknown field "Foo"'],
    [{ a: 1, b: { Address: 2 } }, mismatch('number', PATH, 'api.ServiceAddress')],
  ])('cannot be %j', async (TaggedAddresses, text) => {
    expect(await refusalOf(service({ TaggedAddresses }))).toEqual([400, `Failed to parse body: ${text}`]);
  });

  it.each([
    [null, undefined],
    [{}, undefined],
    [{ lan: null }, { lan: { Address: '', Port: 0 } }],
    [{ lan: { port: -1, ADDRESS: 'a' } }, { lan: { Address: 'a', Port: -1 } }],
  ])('%j are shown as %j', async (TaggedAddresses, expected) => {
    expect((await shown(service({ TaggedAddresses })))?.TaggedAddresses).toEqual(expected);
  });
});

describe('texts by name', () => {
  it('have an empty text for null', async () => {
    expect((await shown(service({ Meta: { a: null, b: 'c' } })))?.Meta).toEqual({ a: '', b: 'c' });
  });

  it.each([
    [service({ Meta: [] }), mismatch('array', 'AgentService.Service.Service.Meta', 'map[string]string')],
    [service({ Meta: { a: 1 } }), mismatch('number', 'AgentService.Service.Service.Meta', 'string')],
    [[{ Node: { Node: { TaggedAddresses: 'x' } } }], mismatch('string', 'Node.Node.Node.TaggedAddresses', 'map[string]string')],
  ])('are nothing else: %j', async (ops, text) => {
    expect(await refusalOf(ops)).toEqual([400, `Failed to parse body: ${text}`]);
  });
});

describe('weights of a service', () => {
  const PATH = 'AgentService.Service.Service.Weights';

  it.each([
    [1, mismatch('number', PATH, 'api.AgentWeights')],
    [[], mismatch('array', PATH, 'api.AgentWeights')],
    [{ Passing: 1.5 }, mismatch('number 1.5', 'AgentWeights.Service.Service.Weights.Passing', 'int')],
    [{ Foo: 1 }, 'json: unknown field "Foo"'],
  ])('cannot be %j', async (Weights, text) => {
    expect(await refusalOf(service({ Weights }))).toEqual([400, `Failed to parse body: ${text}`]);
  });

  it.each([
    [{ Passing: 1, Warning: -1 }],
    [{ Passing: -1, Warning: 1 }],
    [{ Passing: 70_000, Warning: 1 }],
    [{ Passing: 1, Warning: 70_000 }],
    [null],
  ])('are the usual ones where %j cannot be', async (Weights) => {
    expect((await shown(service({ Weights })))?.Weights).toEqual({ Passing: 1, Warning: 1 });
  });
});

describe('what does not fit', () => {
  it.each([
    [[{ KV: { Value: 'dg', Key: 1 } }], 'illegal base64 data at input byte 0'],
    [[{ KV: { Key: 1, Value: 'dg' } }], mismatch('number', 'KVTxnOp.KV.Key', 'string')],
    [[{ KV: { Key: 1, Foo: 1 } }], mismatch('number', 'KVTxnOp.KV.Key', 'string')],
    [[{ Foo: 1 }, 1], 'json: unknown field "Foo"'],
    [[1, { Foo: 1 }], 'json: cannot unmarshal number into Go value of type api.TxnOp'],
    [check({ Name: 1, Definition: { HTTP: 1 } }), mismatch('number', 'HealthCheck.Check.Check.Definition.Alias.HTTP', 'string')],
    [check({ Definition: { TCP: 1, HTTP: 2 } }), mismatch('number', 'HealthCheck.Check.Check.Definition.Alias.TCP', 'string')],
    [check({ Name: 1, Definition: { Interval: 'x' } }), 'time: invalid duration "x"'],
    [check({ Definition: { HTTP: 1, Interval: 'x' } }), 'time: invalid duration "x"'],
    [check({ Definition: { Interval: '6s', IntervalDuration: 'x' } }), 'time: invalid duration "x"'],
    [check({ Definition: { Interval: [1] } }), 'strconv.ParseFloat: parsing "[1]": invalid syntax'],
  ])('%j is told of what comes first, and of what reads itself before all', async (ops, text) => {
    expect(await refusalOf(ops)).toEqual([400, `Failed to parse body: ${text}`]);
  });

  it.each([
    ['Service', 'Service', 'Kind', 'AgentService', 'api.ServiceKind'],
    ['Service', 'Service', 'ContentHash', 'AgentService', 'string'],
    ['Service', 'Service', 'Datacenter', 'AgentService', 'string'],
    ['Service', 'Service', 'Locality', 'AgentService', 'api.Locality'],
    ['Node', 'Node', 'PeerName', 'Node', 'string'],
    ['Check', 'Check', 'ServiceTags', 'HealthCheck', '[]string'],
    ['Check', 'Check', 'ServiceName', 'HealthCheck', 'string'],
  ])('%s.%s.%s is looked at though nothing is done with it', async (kind, inner, field, struct, type) => {
    const text = mismatch('number', `${struct}.${kind}.${inner}.${field}`, type);
    expect(await refusalOf([{ [kind]: { [inner]: { [field]: 1 } } }])).toEqual([400, `Failed to parse body: ${text}`]);
  });
});

describe('a value', () => {
  it('may be a list of its bytes', async () => {
    const key = consul.name('bytes');
    expect((await consul.put('/txn', [{ KV: { Verb: 'set', Key: key, Value: [1, null, 255] } }])).status).toBe(200);
    expect([...(await consul.get(`/kv/${key}?raw`)).body]).toEqual([1, 0, 255]);
    await consul.delete(`/kv/${key}`);
  });

  it('has bytes of 8 bits', async () => {
    const text = mismatch('number 256', 'KVTxnOp.KV.Value', 'uint8');
    expect(await refusalOf([{ KV: { Verb: 'set', Key: 'k', Value: [256] } }])).toEqual([400, `Failed to parse body: ${text}`]);
  });
});
