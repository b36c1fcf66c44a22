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

interface Instance {
  readonly Service: { readonly ID: string };
  readonly Checks: readonly { readonly CheckID: string }[];
}

interface Check {
  readonly CheckID: string;
  readonly Status: string;
}

const get = async <T>(path: string) => (await consul.get(path)).json<T>();
const idsOf = async (query = '') => (await get<Instance[]>(`/health/service/${service}${query}`)).map((each) => each.Service.ID);
const checkIdsOf = async (path: string) => (await get<Check[]>(path)).map((each) => each.CheckID);

async function registerInstance(id: string, status: string, more: object = {}, on = node) {
  await nodes.register(on, {
    SkipNodeUpdate: true,
    Service: { ID: id, Service: service, ...more },
    Check: { CheckID: `check of ${id}`, Name: 'c', Status: status, ServiceID: id },
  });
}

describe('GET service', () => {
  it('shows an instance with its node and its checks, field for field', async () => {
    await nodes.register(node, {
      NodeMeta: { zone: 'a' },
      Service: { ID: 'i', Service: service, Port: 80, Tags: ['t'] },
      Checks: [
        { CheckID: 'z', Name: 'of the node', Status: 'passing' },
        { CheckID: 'a', Name: 'of the service', Status: 'warning', ServiceID: 'i', Notes: 'n', Output: 'o' },
      ],
    });
    const check = { Node: node, Type: '', Interval: '', Timeout: '', ExposedPort: 0, Definition: {}, ...INDEXES };
    expect(await get(`/health/service/${service}`)).toEqual([
      {
        Node: { ...plainNode(node), Meta: { zone: 'a' } },
        Service: {
          ID: 'i',
          Service: service,
          Tags: ['t'],
          Address: '',
          Meta: null,
          Port: 80,
          Weights: { Passing: 1, Warning: 1 },
          EnableTagOverride: false,
          Proxy: PLAIN_PROXY,
          Connect: {},
          PeerName: '',
          ...INDEXES,
        },
        // Those of the node first.
        Checks: [
          {
            ...check,
            CheckID: 'z',
            Name: 'of the node',
            Status: 'passing',
            Notes: '',
            Output: '',
            ServiceID: '',
            ServiceName: '',
            ServiceTags: [],
          },
          {
            ...check,
            CheckID: 'a',
            Name: 'of the service',
            Status: 'warning',
            Notes: 'n',
            Output: 'o',
            ServiceID: 'i',
            ServiceName: service,
            ServiceTags: ['t'],
          },
        ],
      },
    ]);
  });

  it('is in the order of nodes, then of ids', async () => {
    const other = nodes.name();
    for (const on of [node, other]) await nodes.register(on);
    for (const on of [node, other]) for (const id of ['2', '10', 'a']) await registerInstance(id, 'passing', {}, on);
    const shown = await get<{ Node: { Node: string }; Service: { ID: string } }[]>(`/health/service/${service}`);
    const order = [node, other].sort().flatMap((on) => ['10', '2', 'a'].map((id) => [on, id]));
    expect(shown.map((each) => [each.Node.Node, each.Service.ID])).toEqual(order);
  });

  it.each([
    ['', ['critical', 'none', 'passing', 'warning']],
    ['?passing', ['none', 'passing']],
    ['?passing=true', ['none', 'passing']],
    ['?passing=1', ['none', 'passing']],
    ['?passing=', ['none', 'passing']],
    ['?passing=false', ['critical', 'none', 'passing', 'warning']],
    ['?passing=0', ['critical', 'none', 'passing', 'warning']],
    ['?tag=blue', ['critical', 'passing']],
    ['?tag=blue&tag=big', ['critical']],
    ['?tag=BLUE&tag=Big', ['critical']],
    ['?tag=blue&passing', ['passing']],
    ['?tag=', []],
    ['?filter=Service.Tags%20contains%20big', ['critical']],
    ['?filter=Checks.Status==warning', ['warning']],
    ['?filter=Service.Port==7&passing', []],
    ['?node-meta=zone:a', ['critical', 'none', 'passing', 'warning']],
    ['?node-meta=zone:b', []],
    ['?node-meta=zone:b&node-meta=zone:a', ['critical', 'none', 'passing', 'warning']],
    ['?node-meta=zone:a&node-meta=rack:1', []],
    ['?near=_agent', ['critical', 'none', 'passing', 'warning']],
    ['?peer=other', []],
    ['?sg=', ['critical', 'none', 'passing', 'warning']],
  ])('%s answers %j', async (query, ids) => {
    await nodes.register(node, { NodeMeta: { zone: 'a' }, Service: { ID: 'none', Service: service } });
    await registerInstance('passing', 'passing', { Tags: ['blue'] });
    await registerInstance('warning', 'warning', { Tags: ['red'] });
    await registerInstance('critical', 'critical', { Tags: ['blue', 'big'], Port: 7 });
    expect((await idsOf(query)).sort()).toEqual(ids);
  });

  it('a critical node fails every instance on it', async () => {
    await nodes.register(node, { Check: { Name: 'of the node', Status: 'critical' } });
    await registerInstance('i', 'passing');
    expect([await idsOf(), await idsOf('?passing')]).toEqual([['i'], []]);
  });

  it('of a name that is not there is an empty list that can be watched', async () => {
    const answer = await consul.get(`/health/service/${service}`);
    expect([answer.status, answer.json(), answer.index]).toEqual([200, [], expect.any(Number)]);
    const waiting = consul.get(`/health/service/${service}?index=${answer.index}&wait=20s`);
    await nodes.register(node, { Service: { ID: 'i', Service: service } });
    const told = await waiting;
    expect([told.json(), told.index > answer.index]).toEqual([[expect.objectContaining({ Checks: [] })], true]);
  });

  it('tells of a check that turns, and of the last instance that goes: the index does not go back', async () => {
    await nodes.register(node);
    await registerInstance('i', 'passing');
    let index = 0;
    const wait = async (change: () => Promise<unknown>) => {
      index = (await consul.get(`/health/service/${service}?passing`)).index;
      const waiting = consul.get(`/health/service/${service}?passing&index=${index}&wait=20s`);
      await change();
      const answer = await waiting;
      expect(answer.index).toBeGreaterThan(index);
      return answer.json<unknown[]>().length;
    };
    expect(await wait(() => registerInstance('i', 'critical'))).toBe(0);
    expect(await wait(() => registerInstance('i', 'passing'))).toBe(1);
    expect(await wait(() => nodes.register(node, { Check: { Name: 'of the node', Status: 'critical' } }))).toBe(0);
    expect(await wait(() => nodes.deregister(node, { CheckID: 'of the node' }))).toBe(1);
    expect(await wait(() => nodes.deregister(node, { ServiceID: 'i' }))).toBe(0);
  });
});

describe('GET of checks', () => {
  beforeEach(async () => {
    await nodes.register(node, { NodeMeta: { zone: service }, Check: { CheckID: `${service}-n`, Name: 'n', Status: 'warning' } });
    await registerInstance('b', 'passing');
    await registerInstance('a', 'critical');
  });

  it('of a service are those of its instances, without those of their nodes', async () => {
    expect(await checkIdsOf(`/health/checks/${service}`)).toEqual(['check of a', 'check of b']);
    expect(await checkIdsOf(`/health/checks/${service}?filter=Status==passing`)).toEqual(['check of b']);
    expect(await checkIdsOf(`/health/checks/${service}?node-meta=zone:${service}`)).toEqual(['check of a', 'check of b']);
    expect(await checkIdsOf(`/health/checks/${service}?node-meta=zone:other`)).toEqual([]);
    expect(await checkIdsOf(`/health/checks/${service}-other`)).toEqual([]);
  });

  it('of a node are all that are on it', async () => {
    expect(await checkIdsOf(`/health/node/${node}`)).toEqual(['check of a', 'check of b', `${service}-n`]);
    expect(await checkIdsOf(`/health/node/${node}?filter=ServiceID==a`)).toEqual(['check of a']);
    expect(await checkIdsOf(`/health/node/${node}-other`)).toEqual([]);
    expect(await checkIdsOf(`/health/node/${node.toUpperCase()}?node-meta=zone:other`)).toEqual([
      'check of a',
      'check of b',
      `${service}-n`,
    ]);
  });

  it.each([
    ['any', ['check of a', 'check of b', 'n']],
    ['passing', ['check of b']],
    ['warning', ['n']],
    ['critical', ['check of a']],
    ['Critical', ['check of a']],
    ['ANY', []],
    ['unknown', []],
    ['whatever', []],
  ])('of state %s', async (state, ids) => {
    const shown = await checkIdsOf(`/health/state/${state}?node-meta=zone:${service}`);
    expect(shown.map((id) => id.replace(`${service}-`, ''))).toEqual(ids);
  });

  it('tell of a check that turns', async () => {
    for (const path of [`/health/checks/${service}`, `/health/node/${node}`, '/health/state/any', '/health/state/critical']) {
      await registerInstance('b', 'passing');
      const { index } = await consul.get(path);
      const waiting = consul.get(`${path}?index=${index}&wait=20s`);
      await registerInstance('b', 'critical');
      const answer = await waiting;
      expect(answer.index).toBeGreaterThan(index);
      expect(answer.json<Check[]>().filter((each) => each.CheckID === 'check of b')).toMatchObject([{ Status: 'critical' }]);
    }
  });
});

describe('the mesh', () => {
  it('has native instances and proxies, with their checks', async () => {
    await nodes.register(node, { Service: { ID: 'n', Service: service, Port: 1, Connect: { Native: true } } });
    await nodes.register(node, { Service: { ID: 'plain', Service: service, Port: 1 } });
    const shown = await get<Instance[]>(`/health/connect/${service}?passing`);
    expect(shown.map((each) => each.Service.ID)).toEqual(['n']);
  });

  it('has no gateways', async () => {
    const { status, index, text } = await consul.get(`/health/ingress/${service}`);
    expect([status, index, text.trim()]).toEqual([200, expect.any(Number), '[]']);
    const unreadable = await consul.get('/health/ingress/x?filter=bad(');
    expect([unreadable.status, unreadable.text]).toEqual([500, expect.stringMatching(/^Failed to create boolean expression evaluator: /)]);
  });
});

describe('bad use', () => {
  it.each([
    ['/health/service/', 'Missing service name'],
    ['/health/connect/', 'Missing service name'],
    ['/health/ingress/', 'Missing service name'],
    ['/health/ingress/x?passing=maybe', 'Invalid value for ?passing'],
    ['/health/checks/', 'Missing service name'],
    ['/health/node/', 'Missing node name'],
    ['/health/state/', 'Missing check state'],
    ['/health/service/x?passing=maybe', 'Invalid value for ?passing'],
    ['/health/connect/x?passing=maybe', 'Invalid value for ?passing'],
    ['/health/service/x?index=x', 'Invalid index'],
    ['/health/service/x?index=1&wait=x', 'Invalid wait time'],
    ...['service', 'connect', 'checks', 'node', 'state'].map((kind) => [
      `/health/${kind}/x?ns=a`,
      'Invalid query parameter: "ns" - Namespaces are a Consul Enterprise feature',
    ]),
    ['/health/service/x?partition=a', 'Invalid query parameter: "partition" - Partitions are a Consul Enterprise feature'],
  ])('%s is refused', async (path = '', text = '') => {
    expect(faultOf(await consul.get(path))).toEqual(refusal(400, text));
  });

  it.each(['service', 'connect', 'ingress'])('%s knows no sameness groups', async (kind) => {
    expect(faultOf(await consul.get(`/health/${kind}/x?sg=a`))).toEqual(refusal(500, 'sameness groups are not supported in consul CE'));
  });

  it('other methods are refused', async () => {
    expect(faultOf(await consul.put('/health/service/x'))).toEqual(refusal(405, 'method PUT not allowed'));
  });

  it('what is not there is not found', async () => {
    expect(faultOf(await consul.get('/health/other'))).toEqual(refusal(404, 'Invalid URL path: not a recognized HTTP API endpoint'));
  });
});
