import { useConsul } from './consul-under-test.js';
import { ExternalNodes, faultOf, INDEXES, PLAIN_PROXY, plainNode, refusal } from './external-nodes.js';

const consul = useConsul();
const nodes = new ExternalNodes(consul);
let node: string;
let service: string;

beforeEach(() => {
  node = nodes.name();
  service = consul.name('service');
});

afterEach(() => nodes.removeAll());

const get = async <T>(path: string) => (await consul.get(path)).json<T>();
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
      plainNode(first),
      { ...plainNode(second), TaggedAddresses: { lan: '10.0.0.2' }, Meta: { zone: 'a' } },
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

  it('finds instances by all of their tags, whatever the capitals', async () => {
    await nodes.register(node, { Service: { Service: service, Tags: ['Blue', 'É', ''] } });
    const idsOf = async (query: string) => (await get<unknown[]>(`/catalog/service/${service}?${query}`)).length;
    const counts = ['tag=BLUE', 'tag=blue&tag=%C3%A9', 'tag=', 'tag=blue&tag=red', 'tag=blu'].map(idsOf);
    expect(await Promise.all(counts)).toEqual([1, 1, 1, 0, 0]);
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
    for (const kind of ['service', 'connect']) expect(await get(`/catalog/${kind}/${service}?peer=other`)).toEqual([]);
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
    expect(await get(`/catalog/node/${node}`)).toEqual({ Node: plainNode(node), Services: { a: full, b: bareService('b') } });
    expect(await get(`/catalog/node-services/${node}`)).toEqual({ Node: plainNode(node), Services: [full, bareService('b')] });
  });

  it('without services', async () => {
    await nodes.register(node);
    expect(await get(`/catalog/node/${node}`)).toEqual({ Node: plainNode(node), Services: {} });
    expect(await get(`/catalog/node-services/${node}`)).toEqual({ Node: plainNode(node), Services: null });
  });

  it('that is not there', async () => {
    const answer = await consul.get(`/catalog/node/${node}`);
    expect([answer.status, answer.text.trim(), answer.index]).toEqual([200, 'null', expect.any(Number)]);
    expect(await get(`/catalog/node-services/${node}`)).toEqual({ Node: null, Services: null });
  });

  it('that is not there, or has no services, has an empty list of them where a filter is given', async () => {
    expect(await get(`/catalog/node-services/${node}?filter=Port==1`)).toEqual({ Node: null, Services: [] });
    expect(await get(`/catalog/node/${node}?filter=Port==1`)).toBeNull();
    await nodes.register(node);
    expect(await get(`/catalog/node-services/${node}?filter=Port==1`)).toEqual({ Node: plainNode(node), Services: [] });
  });

  it('by its id, or the beginning of it', async () => {
    const id = crypto.randomUUID();
    await nodes.register(node, { ID: id });
    const shown = await get<object>(`/catalog/node/${node}`);
    expect(shown).toMatchObject({ Node: { ID: id, Node: node } });
    expect(await get(`/catalog/node/${id}`)).toEqual(shown);
    expect(await get(`/catalog/node/${id.slice(0, 8)}`)).toEqual(shown);
    expect(await get(`/catalog/node/${id.slice(0, 8).toUpperCase()}`)).toEqual(shown);
    expect(await get(`/catalog/node/${id.slice(0, 1)}`)).toBeNull();
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
    expect(await namesOf(`/catalog/nodes?node-meta=zone:other&${zone}`)).toEqual([node, other].sort());
    expect(await namesOf(`/catalog/nodes?${zone}&node-meta=zone:other`)).toEqual([]);
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
    expect((await namesOf(`?near=${own?.toUpperCase()}`))[0]).toBe(own);
    expect((await namesOf('?near=nobody'))[0]).toBe(first);
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
    expect(await block('/catalog/nodes', () => nodes.register(node))).toContainEqual(plainNode(node));
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
