import { ConsulUnderTest } from './consul-under-test.js';
import { ExternalNodes, faultOf, refusal } from './external-nodes.js';

let consul: ConsulUnderTest;
let nodes: ExternalNodes;
let node: string;
let service: string;

beforeAll(async () => {
  consul = await ConsulUnderTest.start();
  nodes = new ExternalNodes(consul);
}, 120_000);

afterAll(() => consul.stop());

beforeEach(() => {
  node = nodes.name();
  service = consul.name('service');
});

afterEach(() => nodes.removeAll());

const INDEXES = { CreateIndex: expect.any(Number) as number, ModifyIndex: expect.any(Number) as number };
const PLAIN_PROXY = { Mode: '', MeshGateway: {}, Expose: {} };
const get = async <T>(path: string) => (await consul.get(path)).json<T>();
const bareNode = () => ({ ID: '', Node: node, Address: '10.0.0.1', Datacenter: 'dc1', TaggedAddresses: null, Meta: null, ...INDEXES });
const bareService = (id = service) => ({
  ID: id,
  Service: service,
  Tags: [],
  Address: '',
  Meta: null,
  Weights: { Passing: 1, Warning: 1 },
  EnableTagOverride: false,
  Proxy: PLAIN_PROXY,
  Connect: {},
  PeerName: '',
  ...INDEXES,
});
const FULL_SERVICE = {
  Port: 8080,
  Address: '10.0.0.9',
  Tags: ['b', 'a', 'b'],
  Meta: { version: '2' },
  Weights: { Passing: 5, Warning: 2 },
  EnableTagOverride: true,
  TaggedAddresses: { lan: { Address: '10.0.0.9', Port: 8080 } },
};

describe('GET of lists', () => {
  it('names the datacenters', async () => {
    const answer = await consul.get('/catalog/datacenters');
    expect([answer.status, answer.json(), answer.index]).toEqual([200, ['dc1'], NaN]);
  });

  it('shows nodes field for field, in the order of their names', async () => {
    const tail = node.slice('node-'.length);
    const [first, second] = [`node-${tail}-1`, `node-${tail}-2`];
    await nodes.register(second, { NodeMeta: { zone: 'a' }, TaggedAddresses: { lan: '10.0.0.2' } });
    await nodes.register(first);
    const list = await get<{ Node: string }[]>('/catalog/nodes');
    const names = list.map((each) => each.Node);
    expect(names).toEqual([...names].sort());
    expect(list.filter((each) => each.Node.startsWith(node))).toEqual([
      { ...bareNode(), Node: first },
      { ...bareNode(), Node: second, TaggedAddresses: { lan: '10.0.0.2' }, Meta: { zone: 'a' } },
    ]);
    await nodes.deregister(first);
    await nodes.deregister(second);
  });

  it('shows this agent among the nodes', async () => {
    const own = (await get<{ ID: string; Node: string }[]>('/catalog/nodes')).find((each) => each.ID !== '');
    expect(own).toEqual({
      ID: expect.stringMatching(/^[\da-f-]{36}$/) as string,
      Node: expect.any(String) as string,
      Address: expect.any(String) as string,
      Datacenter: 'dc1',
      TaggedAddresses: expect.objectContaining({ lan: expect.any(String) as string, wan: expect.any(String) as string }) as object,
      Meta: expect.objectContaining({ 'consul-network-segment': '' }) as object,
      ...INDEXES,
    });
  });

  it('shows the services with their tags, each tag once', async () => {
    await nodes.register(node, { Service: { Service: service, Tags: ['b', 'a', 'b'] } });
    const services = await get<Record<string, string[]>>('/catalog/services');
    expect([services[service]?.toSorted(), services.consul]).toEqual([['a', 'b'], []]);
  });

  it('shows the instances of a service, field for field, by node and id', async () => {
    await nodes.register(node, { NodeMeta: { zone: 'a' }, Service: { ID: 'z', Service: service } });
    await nodes.register(node, { SkipNodeUpdate: true, Service: { ID: 'a', Service: service, ...FULL_SERVICE } });
    const common = {
      ID: '',
      Node: node,
      Address: '10.0.0.1',
      Datacenter: 'dc1',
      TaggedAddresses: null,
      NodeMeta: { zone: 'a' },
      ServiceKind: '',
      ServiceName: service,
      ServicePorts: null,
      ServiceSocketPath: '',
      ServiceProxy: PLAIN_PROXY,
      ServiceConnect: {},
      ServiceLocality: null,
      ...INDEXES,
    };
    expect(await get(`/catalog/service/${service}`)).toEqual([
      {
        ...common,
        ServiceID: 'a',
        ServiceTags: ['b', 'a', 'b'],
        ServiceAddress: '10.0.0.9',
        ServiceTaggedAddresses: { lan: { Address: '10.0.0.9', Port: 8080 } },
        ServiceWeights: { Passing: 5, Warning: 2 },
        ServiceMeta: { version: '2' },
        ServicePort: 8080,
        ServiceEnableTagOverride: true,
      },
      {
        ...common,
        ServiceID: 'z',
        ServiceTags: [],
        ServiceAddress: '',
        ServiceWeights: { Passing: 1, Warning: 1 },
        ServiceMeta: {},
        ServicePort: 0,
        ServiceEnableTagOverride: false,
      },
    ]);
  });

  it('finds services and nodes whatever the capitals', async () => {
    await nodes.register(node, { Service: { Service: service } });
    const [instance] = await get<{ ServiceName: string }[]>(`/catalog/service/${service.toUpperCase()}`);
    const shown = await get<{ Node: { Node: string } }>(`/catalog/node/${node.toUpperCase()}`);
    expect([instance?.ServiceName, shown.Node.Node]).toEqual([service, node]);
  });

  it('has nothing of the mesh without one', async () => {
    await nodes.register(node, { Service: { Service: service } });
    expect(await get(`/catalog/connect/${service}`)).toEqual([]);
  });

  it.each([
    ['/catalog/service/', 'Missing service name'],
    ['/catalog/connect/', 'Missing service name'],
    ['/catalog/node/', 'Missing node name'],
    ['/catalog/node-services/', 'Missing node name'],
  ])('%s needs a name', async (path, text) => {
    expect(faultOf(await consul.get(path))).toEqual(refusal(400, text));
  });

  it.each(['/catalog/services', '/catalog/service/x', '/catalog/connect/x', '/catalog/node/x', '/catalog/node-services/x'])(
    '%s knows no namespaces',
    async (path) => {
      const text = 'Invalid query parameter: "ns" - Namespaces are a Consul Enterprise feature';
      expect(faultOf(await consul.get(`${path}?ns=a`))).toEqual(refusal(400, text));
    },
  );

  it.each(['/catalog/nodes', '/catalog/services', '/catalog/service/x'])('%s knows no partitions', async (path) => {
    const text = 'Invalid query parameter: "partition" - Partitions are a Consul Enterprise feature';
    expect(faultOf(await consul.get(`${path}?partition=a`))).toEqual(refusal(400, text));
  });

  it('has nothing of a peer that there is not', async () => {
    await nodes.register(node, { Service: { Service: service } });
    expect(await get(`/catalog/service/${service}?peer=other`)).toEqual([]);
  });

  it('has nothing of gateways that there are not', async () => {
    const { status, index, text } = await consul.get(`/catalog/gateway-services/${service}`);
    expect([status, index, text.trim()]).toEqual([200, expect.any(Number), '[]']);
    expect(faultOf(await consul.get('/catalog/gateway-services/'))).toEqual(refusal(400, 'Missing gateway name'));
    const ns = 'Invalid query parameter: "ns" - Namespaces are a Consul Enterprise feature';
    expect(faultOf(await consul.get('/catalog/gateway-services/x?ns=a'))).toEqual(refusal(400, ns));
  });

  it.each(['/catalog/gateway-services/x', '/catalog/service/x?peer=other', '/health/service/x?peer=other', '/health/ingress/x'])(
    'waits for what is not there: %s',
    async (path) => {
      const { index } = await consul.get(path);
      const asked = performance.now();
      const again = await consul.get(`${path}${path.includes('?') ? '&' : '?'}index=${index}&wait=300ms`);
      expect([again.status, again.text.trim(), again.index]).toEqual([200, '[]', index]);
      expect(performance.now() - asked).toBeGreaterThan(290);
    },
  );

  it('shows the server itself as a service', async () => {
    const { Member } = await get<{ Member: { Name: string; Tags: Record<string, string> } }>('/agent/self');
    const shown = await get<Record<string, unknown>[]>(`/catalog/service/consul?filter=${encodeURIComponent(`Node == "${Member.Name}"`)}`);
    expect(shown).toEqual([
      {
        ID: Member.Tags.id,
        Node: Member.Name,
        Address: expect.any(String) as string,
        Datacenter: 'dc1',
        TaggedAddresses: expect.objectContaining({ lan: expect.any(String) as string }) as object,
        NodeMeta: expect.objectContaining({ 'consul-network-segment': '' }) as object,
        ServiceKind: '',
        ServiceID: 'consul',
        ServiceName: 'consul',
        ServiceTags: [],
        ServiceAddress: '',
        ServiceWeights: { Passing: 1, Warning: 1 },
        ServiceMeta: {
          non_voter: 'false',
          raft_version: '3',
          read_replica: 'false',
          serf_protocol_current: '2',
          serf_protocol_max: '5',
          serf_protocol_min: '1',
          version: expect.stringMatching(/^1\.22\./) as string,
        },
        ServicePort: Number(Member.Tags.port),
        ServicePorts: null,
        ServiceSocketPath: '',
        ServiceEnableTagOverride: false,
        ServiceProxy: PLAIN_PROXY,
        ServiceConnect: {},
        ServiceLocality: null,
        ...INDEXES,
      },
    ]);
  });
});

describe('GET of a node', () => {
  it('shows its services by id', async () => {
    await nodes.register(node, { Service: { ID: 'a', Service: service, ...FULL_SERVICE } });
    await nodes.register(node, { Service: { ID: 'b', Service: service } });
    const full = { ...bareService('a'), ...FULL_SERVICE };
    expect(await get(`/catalog/node/${node}`)).toEqual({ Node: bareNode(), Services: { a: full, b: bareService('b') } });
    expect(await get(`/catalog/node-services/${node}`)).toEqual({ Node: bareNode(), Services: [full, bareService('b')] });
  });

  it('without services', async () => {
    await nodes.register(node);
    expect(await get(`/catalog/node/${node}`)).toEqual({ Node: bareNode(), Services: {} });
    expect(await get(`/catalog/node-services/${node}`)).toEqual({ Node: bareNode(), Services: null });
  });

  it('that is not there', async () => {
    const answer = await consul.get(`/catalog/node/${node}`);
    expect([answer.status, answer.text.trim(), answer.index]).toEqual([200, 'null', expect.any(Number)]);
    expect(await get(`/catalog/node-services/${node}`)).toEqual({ Node: null, Services: null });
  });

  it('by its id, or the beginning of it', async () => {
    const id = crypto.randomUUID();
    await nodes.register(node, { ID: id });
    const shown = await get<object>(`/catalog/node/${node}`);
    expect(shown).toMatchObject({ Node: { ID: id, Node: node } });
    expect(await get(`/catalog/node/${id}`)).toEqual(shown);
    expect(await get(`/catalog/node/${id.slice(0, 8)}`)).toEqual(shown);
  });
});

describe('node-meta and near', () => {
  it('node-meta takes what has every pair', async () => {
    const other = nodes.name();
    await nodes.register(node, { NodeMeta: { zone: service, rack: '1' }, Service: { Service: service } });
    await nodes.register(other, { NodeMeta: { zone: service, rack: '2' }, Service: { Service: service } });
    const namesOf = async (query: string) => (await get<{ Node: string }[]>(query)).map((each) => each.Node);
    const zone = `node-meta=zone:${service}`;
    expect(await namesOf(`/catalog/nodes?${zone}`)).toEqual([node, other].sort());
    expect(await namesOf(`/catalog/nodes?${zone}&node-meta=rack:2`)).toEqual([other]);
    expect(await namesOf(`/catalog/service/${service}?node-meta=rack:1&${zone}`)).toEqual([node]);
    expect(await namesOf('/catalog/nodes?node-meta=zone')).toEqual([]);
    expect(Object.keys(await get<object>(`/catalog/services?${zone}`))).toEqual([service]);
  });

  it('near this agent its own node comes first, as soon as it knows where it is', async () => {
    const deadline = Date.now() + 40_000;
    while ((await get<unknown[]>('/coordinate/nodes')).length === 0) {
      if (Date.now() > deadline) throw new Error('The agent does not know where it is');
      await consul.get('/catalog/nodes?index=1000000000&wait=500ms');
    }
    // Before every other in the order of names.
    const first = nodes.name('!node');
    await nodes.register(first);
    const namesOf = async (query: string) => (await get<{ Node: string }[]>(`/catalog/nodes${query}`)).map((each) => each.Node);
    const [own] = (await get<{ Node: string }[]>('/coordinate/nodes')).map((each) => each.Node);
    expect((await namesOf(''))[0]).toBe(first);
    expect((await namesOf('?near=_agent'))[0]).toBe(own);
    expect((await namesOf(`?near=${own}`))[0]).toBe(own);
    expect((await namesOf('?near=nobody'))[0]).toBe(first);
  }, 60_000);
});

describe('PUT register', () => {
  const register = (body: unknown) => consul.put('/catalog/register', body);

  it('answers true', async () => {
    const answer = await nodes.register(node);
    expect([answer.status, answer.text.trim(), answer.headers['content-type']]).toEqual([200, 'true', 'application/json']);
  });

  it('replaces what was said of the node, unless it is told not to', async () => {
    await nodes.register(node, { NodeMeta: { a: 'b' } });
    await nodes.register(node, { NodeMeta: { a: 'c' }, SkipNodeUpdate: true });
    expect(await get(`/catalog/node/${node}`)).toMatchObject({ Node: { Meta: { a: 'b' } } });
    await nodes.register(node);
    expect(await get(`/catalog/node/${node}`)).toMatchObject({ Node: { Meta: null } });
  });

  it('needs no address when the node is not to be updated, even if it is not there', async () => {
    expect((await register({ Node: node, SkipNodeUpdate: true })).text.trim()).toBe('true');
    expect(await get(`/catalog/node/${node}`)).toEqual({ Node: { ...bareNode(), Address: '' }, Services: {} });
  });

  it('gives a node that comes under a new name that name, without what was on it', async () => {
    const [id, renamed] = [crypto.randomUUID(), nodes.name()];
    await nodes.register(node, { ID: id, Service: { Service: service } });
    await nodes.register(renamed, { ID: id });
    expect([await get(`/catalog/node/${node}`), await get(`/catalog/service/${service}`)]).toEqual([null, []]);
    expect(await get(`/catalog/node/${renamed}`)).toMatchObject({ Node: { ID: id }, Services: {} });
  });

  it('does not give away the name of a node that is alive', async () => {
    const [own] = (await get<{ ID: string; Node: string; Address: string }[]>('/catalog/nodes')).filter((each) => each.ID !== '');
    const id = crypto.randomUUID();
    const why = `Node name ${own?.Node} is reserved by node ${own?.ID} with name ${own?.Node} (${own?.Address})`;
    expect(faultOf(await register({ Node: own?.Node, Address: '10.0.0.1', ID: id }))).toEqual(
      refusal(500, `failed inserting node: Error while renaming Node ID: "${id}": ${why}`),
    );
  });

  it('takes a service that is a proxy or native, and shows it to those who ask for the mesh', async () => {
    const proxy = { Kind: 'connect-proxy', ID: 'p', Service: `${service}-proxy`, Port: 1, Proxy: { DestinationServiceName: service } };
    await nodes.register(node, { Service: proxy });
    await nodes.register(node, { Service: { ID: 'n', Service: service, Port: 2, Connect: { Native: true } } });
    const shown = await get<{ ServiceID: string; ServiceKind: string }[]>(`/catalog/connect/${service}`);
    expect(shown.map((each) => [each.ServiceID, each.ServiceKind]).sort()).toEqual([
      ['n', ''],
      ['p', 'connect-proxy'],
    ]);
  });

  it('takes checks alone and in lists, of the node and of services, and shows how they are made', async () => {
    await nodes.register(node, {
      Service: { Service: service, Tags: ['t'] },
      Check: { Name: 'alone' },
      Checks: [
        {
          CheckID: 'listed',
          Name: 'of the service',
          Status: 'passing',
          Notes: 'notes',
          Output: 'output',
          ServiceID: service,
          Definition: { HTTP: 'http://10.0.0.1', Interval: '90s', Timeout: '1500ms', DeregisterCriticalServiceAfter: 60e9 },
        },
        { CheckID: 'odd', Status: 'odd', Type: 'own' },
      ],
    });
    const common = {
      Node: node,
      Notes: '',
      Output: '',
      ServiceID: '',
      ServiceName: '',
      ServiceTags: [],
      Type: '',
      Interval: '',
      Timeout: '',
      ExposedPort: 0,
      Definition: {},
      ...INDEXES,
    };
    expect(await get(`/health/node/${node}`)).toEqual([
      { ...common, CheckID: 'alone', Name: 'alone', Status: 'critical' },
      {
        ...common,
        CheckID: 'listed',
        Name: 'of the service',
        Status: 'passing',
        Notes: 'notes',
        Output: 'output',
        ServiceID: service,
        ServiceName: service,
        ServiceTags: ['t'],
        Type: 'http',
        Definition: { HTTP: 'http://10.0.0.1', Interval: '1m30s', Timeout: '1.5s', DeregisterCriticalServiceAfter: '1m0s' },
      },
      { ...common, CheckID: 'odd', Name: '', Status: 'odd', Type: 'own' },
    ]);
  });

  it('a check that is registered again has the status that it comes with', async () => {
    await nodes.register(node, { Check: { Name: 'c', Status: 'passing' } });
    await nodes.register(node, { Check: { Name: 'c', Status: 'critical', Output: 'why' } });
    expect(await get(`/health/node/${node}`)).toMatchObject([{ Status: 'critical', Output: 'why' }]);
  });

  it('puts nothing into the catalogue when a part is refused', async () => {
    const check = { Name: 'c', ServiceID: 'nothing' };
    const text = "Unknown service ID 'nothing' for check ID 'c'";
    expect(faultOf(await nodes.register(node, { Service: { Service: service }, Check: check }))).toEqual(refusal(500, text));
    expect([await get(`/catalog/node/${node}`), await get(`/catalog/service/${service}`)]).toEqual([null, []]);
  });

  it.each([
    [{}, 'Must provide node'],
    [null, 'Must provide node'],
    [{ Address: '10.0.0.1' }, 'Must provide node'],
    [{ Node: 'n' }, 'Must provide address if SkipNodeUpdate is not set'],
    [{ Node: 'n', Address: 'a', ID: 'short' }, 'Bad node ID: uuid string is wrong length'],
    [{ Node: 'n', Address: 'a', ID: 'zzzzzzzz-0000-0000-0000-000000000000' }, "Bad node ID: encoding/hex: invalid byte: U+007A 'z'"],
    [{ Node: 'n', Address: 'a', Datacenter: 'elsewhere' }, 'No path to datacenter'],
    [
      { Node: 'n', Address: 'a', Service: {} },
      'service name (Service.Service) is required; both Service ID (Service.ID) and Service Name cannot be empty',
    ],
    [{ Node: 'n', Address: 'a', Service: { ID: 'i' } }, 'Must provide service name (Service.Service) when service ID is provided'],
    [{ Node: 'n', Address: 'a', Service: { Service: 's', Address: '0.0.0.0' } }, 'Invalid service address'],
    [
      { Node: 'n', Address: 'a', Service: { Service: 's', Meta: { 'a/b': 'c' } } },
      "failed inserting service: Invalid Service Meta for node n and serviceID s: Couldn't load metadata pair ('a/b', 'c'): Key contains invalid characters",
    ],
    [
      { Node: 'n', Address: 'a', Service: { Service: 's', Kind: 'connect-proxy' } },
      '2 errors occurred:\n\t* Port or SocketPath must be set for a connect-proxy\n\t* Proxy.DestinationServiceName must be non-empty for Connect proxy services',
    ],
    [{ Node: 'n', Address: 'a', Check: { Name: 'c', ServiceID: 's' } }, "Unknown service ID 's' for check ID 'c'"],
    [{ Node: 'n', Address: 'a', Check: { Name: 'c', Node: 'm' } }, "Node 'm' for check 'c' doesn't match register request node 'n'"],
    [
      { Node: 'n', Address: 'a', Check: {} },
      'failed inserting check on node "n": failed health check lookup: index error: object is missing a value for this index',
    ],
  ])('refuses %j', async (body, text) => {
    expect(faultOf(await register(body))).toEqual(refusal(500, text));
    expect(await get('/catalog/node/n')).toBeNull();
  });

  it.each([
    [{ k: 'v'.repeat(513) }, `Couldn't load metadata pair ('k', '${'v'.repeat(513)}'): Value is too long (limit: 512 characters)`],
    [{ ['k'.repeat(129)]: 'v' }, `Couldn't load metadata pair ('${'k'.repeat(129)}', 'v'): Key is too long (limit: 128 characters)`],
    [
      Object.fromEntries(Array.from({ length: 65 }, (_, at) => [`k${at}`, ''])),
      'Node metadata cannot contain more than 64 key/value pairs',
    ],
  ])('refuses more than the metadata of a service may be', async (meta, why) => {
    const text = `failed inserting service: Invalid Service Meta for node n and serviceID s: ${why}`;
    expect(faultOf(await register({ Node: 'n', Address: 'a', Service: { Service: 's', Meta: meta } }))).toEqual(refusal(500, text));
  });

  it('takes any metadata of a node', async () => {
    const meta = { k: 'v'.repeat(513), ['k'.repeat(129)]: 'v', 'a b': '', 'consul-x': '' };
    await nodes.register(node, { NodeMeta: meta });
    expect(await get(`/catalog/node/${node}`)).toMatchObject({ Node: { Meta: meta } });
  });

  it.each([
    ['', 'EOF'],
    ['{', 'unexpected EOF'],
    ['{"Node":"n",}', "invalid character '}' looking for beginning of object key string"],
    ['[]', 'json: cannot unmarshal array into Go value of type structs.RegisterRequest'],
    ['{"Node":1}', 'json: cannot unmarshal number into Go struct field RegisterRequest.Node of type string'],
    ['{"NodeMeta":{"a":1}}', 'json: cannot unmarshal number into Go struct field RegisterRequest.NodeMeta of type string'],
    ['{"SkipNodeUpdate":"true"}', 'json: cannot unmarshal string into Go struct field RegisterRequest.SkipNodeUpdate of type bool'],
    ['{"Service":[]}', 'json: cannot unmarshal array into Go struct field RegisterRequest.Service of type structs.NodeService'],
    ['{"Service":{"Port":"1"}}', 'json: cannot unmarshal string into Go struct field NodeService.Service.Port of type int'],
    ['{"Service":{"Port":1.5}}', 'json: cannot unmarshal number 1.5 into Go struct field NodeService.Service.Port of type int'],
    [
      '{"Service":{"Weights":{"Passing":"1"}}}',
      'json: cannot unmarshal string into Go struct field Weights.Service.Weights.Passing of type int',
    ],
    ['{"Check":{"Name":1}}', 'json: cannot unmarshal number into Go struct field HealthCheck.Check.Name of type string'],
    ['{"Checks":{}}', 'json: cannot unmarshal object into Go struct field RegisterRequest.Checks of type structs.HealthChecks'],
    ['{"Check":{"Definition":{"Interval":"zz"}}}', 'time: invalid duration "zz"'],
    ['{"Other":1}', 'json: unknown field "Other"'],
    ['{"Service":{"enable_tag_override":true}}', 'json: unknown field "enable_tag_override"'],
  ])('does not understand %j', async (body, text) => {
    expect(faultOf(await register(body))).toEqual(refusal(400, `Request decode failed: ${text}`));
  });

  it('is done with PUT only', async () => {
    for (const method of ['GET', 'POST']) {
      expect(faultOf(await consul.ask(method, '/catalog/register'))).toEqual(refusal(405, `method ${method} not allowed`));
    }
  });
});

describe('PUT deregister', () => {
  it('removes a check, a service with its checks, a node with everything', async () => {
    await nodes.register(node, {
      Service: { Service: service },
      Checks: [{ Name: 'own' }, { Name: 'other' }, { Name: 'of the service', ServiceID: service }],
    });
    const checkNames = async () => (await get<{ Name: string }[]>(`/health/node/${node}`)).map((each) => each.Name);
    expect((await nodes.deregister(node, { CheckID: 'own' })).text.trim()).toBe('true');
    expect(await checkNames()).toEqual(['of the service', 'other']);
    await nodes.deregister(node, { ServiceID: service });
    expect([await checkNames(), await get(`/catalog/service/${service}`)]).toEqual([['other'], []]);
    await nodes.deregister(node);
    expect([await checkNames(), await get(`/catalog/node/${node}`)]).toEqual([[], null]);
  });

  it('of a service and a check removes the service', async () => {
    await nodes.register(node, { Service: { Service: service }, Check: { Name: 'kept' } });
    await nodes.deregister(node, { ServiceID: service, CheckID: 'kept' });
    expect([await get(`/catalog/service/${service}`), await get<unknown[]>(`/health/node/${node}`)]).toMatchObject([
      [],
      [{ Name: 'kept' }],
    ]);
  });

  it('of what is not there is true as well', async () => {
    for (const what of [{}, { ServiceID: 'x' }, { CheckID: 'x' }]) expect((await nodes.deregister(node, what)).text.trim()).toBe('true');
  });

  it.each([
    ['{}', 500, 'Must provide node'],
    ['{"ServiceID":"x"}', 500, 'Must provide node'],
    ['{"Node":"x","Datacenter":"elsewhere"}', 500, 'No path to datacenter'],
    ['', 400, 'Request decode failed: EOF'],
    ['{"Node":1}', 400, 'Request decode failed: json: cannot unmarshal number into Go struct field .Alias.Node of type string'],
    ['{"Other":1}', 400, 'Request decode failed: json: unknown field "Other"'],
    ['[]', 400, 'Request decode failed: json: cannot unmarshal array into Go value of type struct { Address string; *structs.Alias }'],
  ])('refuses %j', async (body, status, text) => {
    expect(faultOf(await consul.put('/catalog/deregister', body))).toEqual(refusal(status, text));
  });
});

describe('blocking queries', () => {
  const block = async (path: string, change: () => Promise<unknown>) => {
    const { index } = await consul.get(path);
    const waiting = consul.get(`${path}${path.includes('?') ? '&' : '?'}index=${index}&wait=20s`);
    await change();
    const answer = await waiting;
    expect(answer.index).toBeGreaterThan(index);
    return answer.json();
  };

  it('tell of a node that comes and goes', async () => {
    expect(await block(`/catalog/node/${node}`, () => nodes.register(node))).toMatchObject({ Node: { Node: node } });
    expect(await block(`/catalog/node/${node}`, () => nodes.deregister(node))).toBeNull();
    expect(await block('/catalog/nodes', () => nodes.register(node))).toContainEqual(bareNode());
  });

  it('tell of an instance that comes and goes: the index does not go back with the last one', async () => {
    await nodes.register(node);
    const path = `/catalog/service/${service}`;
    const add = () => nodes.register(node, { Service: { ID: 'a', Service: service } });
    expect(await block(path, add)).toMatchObject([{ ServiceID: 'a' }]);
    expect(await block(path, () => nodes.deregister(node, { ServiceID: 'a' }))).toEqual([]);
    expect(await block('/catalog/services', add)).toHaveProperty([service], []);
    expect(await block(`/catalog/node/${node}`, () => nodes.deregister(node, { ServiceID: 'a' }))).toMatchObject({ Services: {} });
  });

  it('are not ended by what they do not ask for', async () => {
    await nodes.register(node, { Service: { Service: service } });
    const { index } = await consul.get(`/catalog/service/${service}`);
    const waiting = consul.get(`/catalog/service/${service}?index=${index}&wait=700ms`);
    const other = nodes.name();
    await nodes.register(other, { Service: { Service: `${service}-other` } });
    expect((await waiting).index).toBe(index);
  });

  it('an unchanged registration changes no index', async () => {
    const register = () => nodes.register(node, { Service: { Service: service }, Check: { Name: 'c', Status: 'passing' } });
    await register();
    const { index } = await consul.get(`/health/service/${service}`);
    await register();
    expect((await consul.get(`/health/service/${service}`)).index).toBe(index);
  });
});
