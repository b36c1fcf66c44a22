import { useConsul } from './consul-under-test.js';
import { ExternalNodes, faultOf, INDEXES, plainNode, PLAIN_PROXY, refusal } from './external-nodes.js';

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
    expect(await get(`/catalog/node/${node}`)).toEqual({ Node: { ...plainNode(node), Address: '' }, Services: {} });
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

  describe('of a service', () => {
    const shownAs = async (fields: object) => {
      expect((await nodes.register(node, { Service: { ID: 'i', Service: service, ...fields } })).text.trim()).toBe('true');
      return (await get<{ Services: { i: Record<string, unknown> } }>(`/catalog/node/${node}`)).Services.i;
    };

    it.each([
      [null, { Passing: 1, Warning: 1 }],
      [{}, { Passing: 1, Warning: 1 }],
      [
        { Passing: 0, Warning: 5 },
        { Passing: 1, Warning: 1 },
      ],
      [
        { Passing: 2, Warning: -3 },
        { Passing: 1, Warning: 1 },
      ],
      [
        { Passing: 65_536, Warning: 1 },
        { Passing: 1, Warning: 1 },
      ],
      [
        { Passing: 5, Warning: 65_536 },
        { Passing: 1, Warning: 1 },
      ],
      [
        { Passing: 65_535, Warning: 65_535 },
        { Passing: 65_535, Warning: 65_535 },
      ],
      [{ Passing: 3 }, { Passing: 3, Warning: 0 }],
    ])('takes the usual weights for those that DNS cannot say: %j', async (Weights, shown) => {
      expect(await shownAs({ Weights })).toMatchObject({ Weights: shown });
    });

    it('shows what is said of a proxy, without what is empty', async () => {
      const Proxy = {
        destination_service_name: 'd',
        LocalServicePort: 80,
        LocalServiceAddress: '',
        Config: { a: [1, { b: null }] },
        Upstreams: [{ destination_name: 'u', LocalBindPort: 1, Config: {}, MeshGateway: { Mode: 'local' } }, { DestinationName: 'v' }],
        TransparentProxy: { DialedDirectly: true },
        AccessLogs: { Enabled: true },
        Expose: { Checks: true, Paths: [{ Path: '/a', ListenerPort: 1 }] },
      };
      expect((await shownAs({ Proxy })).Proxy).toEqual({
        ...PLAIN_PROXY,
        DestinationServiceName: 'd',
        LocalServicePort: 80,
        Config: { a: [1, { b: null }] },
        Upstreams: [
          { DestinationType: '', DestinationName: 'u', Datacenter: '', LocalBindPort: 1, MeshGateway: { Mode: 'local' } },
          { DestinationType: '', DestinationName: 'v', Datacenter: '', MeshGateway: {} },
        ],
        TransparentProxy: { DialedDirectly: true },
        AccessLogs: { Enabled: true },
        Expose: { Checks: true, Paths: [{ Path: '/a', ListenerPort: 1 }] },
      });
      expect((await shownAs({ Proxy: { Config: null, Upstreams: [] } })).Proxy).toEqual(PLAIN_PROXY);
    });

    it.each([
      [{ Native: false }, {}],
      [{ native: true }, { Native: true }],
      [{ Other: 1 }, {}],
    ])('shows of Connect what is known: %j', async (Connect, shown) => {
      expect(await shownAs({ Port: 1, Connect })).toMatchObject({ Connect: shown });
      expect((await shownAs({ Port: 1, Connect })).Connect).toEqual(shown);
    });

    it.each([
      [{ Region: 'r' }, { Region: 'r' }],
      [
        { Region: 'r', Zone: 'z' },
        { Region: 'r', Zone: 'z' },
      ],
      [{}, {}],
    ])('shows where it is: %j', async (Locality, shown) => {
      expect((await shownAs({ Locality })).Locality).toEqual(shown);
    });

    const invalid = (kind: string, names: string[]) => names.map((name) => `The Proxy.${name} configuration is invalid for a ${kind}`);

    it.each([
      [{ Connect: { Native: true } }, ['Port or SocketPath must be set for a Connect native service.']],
      [
        { Kind: 'connect-proxy', Port: 1, Proxy: { DestinationServiceName: ' ' } },
        ['Proxy.DestinationServiceName must be non-empty for Connect proxy services'],
      ],
      [
        { Kind: 'connect-proxy', Connect: { Native: true }, Proxy: { DestinationServiceName: '*' } },
        [
          'Port or SocketPath must be set for a connect-proxy',
          'Proxy.DestinationServiceName must not be a wildcard for Connect proxy services',
          'A Proxy cannot also be Connect Native, only typical services',
          'Port or SocketPath must be set for a Connect native service.',
        ],
      ],
      [{ Kind: 'mesh-gateway', Address: '0.0.0.0' }, ['Port must be non-zero for a mesh-gateway']],
      [{ Kind: 'terminating-gateway' }, ['Port must be non-zero for a terminating-gateway']],
      [{ Kind: 'api-gateway', Connect: { SidecarService: {} } }, ['A api-gateway cannot have a sidecar service defined']],
      [
        {
          Kind: 'ingress-gateway',
          Proxy: {
            DestinationServiceName: 'a',
            DestinationServiceID: 'a',
            LocalServiceAddress: 'a',
            LocalServicePort: 1,
            LocalServiceSocketPath: 'a',
            Upstreams: [{ DestinationName: 'x' }],
          },
        },
        invalid('ingress-gateway', [
          'DestinationServiceName',
          'DestinationServiceID',
          'LocalServiceAddress',
          'LocalServicePort',
          'LocalServiceSocketPath',
          'Upstreams',
        ]),
      ],
      [{ Locality: { Zone: 'z' } }, ['zone cannot be set without region']],
    ])('refuses %j', async (fields, faults) => {
      const count = faults.length === 1 ? '1 error' : `${faults.length} errors`;
      const text = `${count} occurred:\n${faults.map((fault) => `\t* ${fault}`).join('\n')}`;
      expect(faultOf(await nodes.register(node, { Service: { Service: service, ...fields } }))).toEqual(refusal(500, text));
    });

    it.each(['ingress-gateway', 'api-gateway'])('takes a %s without a port', async (Kind) => {
      expect(await shownAs({ Kind })).toMatchObject({ Kind });
    });
  });

  it.each([
    [{ HTTP: 'x', Interval: '10s' }, 'http'],
    [{ HTTP: 'x', Interval: '-10s' }, ''],
    [{ HTTP: 'x' }, ''],
    [{ GRPC: 'x', HTTP: 'x', TTL: '1s', Interval: '1s' }, 'grpc'],
    [{ TTL: '1s', TCP: 'x', Interval: '1s' }, 'ttl'],
    [{ TCP: 'x', UDP: 'x', Interval: '1s' }, 'tcp'],
    [{ UDP: 'x', AliasNode: 'x', Interval: '1s' }, 'udp'],
    [{ AliasService: 'x', ScriptArgs: ['x'], Interval: '1s' }, 'alias'],
    [{ DockerContainerID: 'x', ScriptArgs: ['x'], Interval: '1s' }, 'docker'],
    [{ ScriptArgs: ['x'], H2PING: 'x', Interval: '1s' }, 'script'],
    [{ H2PING: 'x', OSService: 'x', Interval: '1s' }, 'h2ping'],
    [{ OSService: 'x', Interval: '1s' }, 'os_service'],
  ])('says of which type a check is: %j', async (Definition, type) => {
    await nodes.register(node, { Check: { Name: 'c', Definition } });
    expect(await get(`/health/node/${node}`)).toMatchObject([{ Type: type }]);
  });

  it('keeps all that is said of how a check is made, without what is empty', async () => {
    const Definition = { Header: { a: ['b'] }, ScriptArgs: ['x', 'y'], DockerContainerID: 'd', Shell: 's', OutputMaxSize: 5, TTL: 5e9 };
    await nodes.register(node, {
      Check: { Name: 'c', Definition: { ...Definition, HTTP: '', Method: '', TLSSkipVerify: false, Other: 1 } },
    });
    expect(await get(`/health/node/${node}`)).toMatchObject([{ Definition }]);
    await nodes.register(node, { Check: { Name: 'c', Definition: { Header: {}, ScriptArgs: [] } } });
    expect(await get<{ Definition: object }[]>(`/health/node/${node}`)).toEqual([expect.objectContaining({ Definition: {} })]);
  });

  it.each([{ PeerName: 'p' }, { Service: { PeerName: 'p' } }, { Check: { PeerName: 'p' } }, { Checks: [{ PeerName: 'p' }] }])(
    'refuses what is of a peer: %j',
    async (fields) => {
      expect(faultOf(await register({ Datacenter: 'elsewhere', ...fields }))).toEqual(
        refusal(500, 'cannot register requests with PeerName in them'),
      );
    },
  );

  it.each([
    [{}, 'Must provide node'],
    [null, 'Must provide node'],
    [{ Address: '10.0.0.1' }, 'Must provide node'],
    [{ Node: 'n' }, 'Must provide address if SkipNodeUpdate is not set'],
    [{ Node: 'n', ID: 'short' }, 'Bad node ID: uuid string is wrong length'],
    [{ Node: 'n', Address: 'a', ID: 'short' }, 'Bad node ID: uuid string is wrong length'],
    [{ Node: 'n', Address: 'a', ID: 'zzzzzzzz-0000-0000-0000-000000000000' }, "Bad node ID: encoding/hex: invalid byte: U+007A 'z'"],
    [{ Node: 'n', Address: 'a', ID: '00000000-0000-0000-0000-0000000000é' }, "Bad node ID: encoding/hex: invalid byte: U+00C3 'Ã'"],
    [{ Node: 'n', Address: 'a', ID: '\n0000000-0000-0000-0000-000000000000' }, 'Bad node ID: encoding/hex: invalid byte: U+000A'],
    [{ Node: 'n', Address: 'a', ID: '0000000--0000-0000-0000-000000000000' }, "Bad node ID: encoding/hex: invalid byte: U+002D '-'"],
    [{ Node: 'n', Address: 'a', ID: 'zzzzzzzzz0000-0000-0000-000000000000' }, 'Bad node ID: uuid is improperly formatted'],
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
    ['{"Namespace":""}', 'json: unknown field "Namespace" - Namespaces are a Consul Enterprise feature'],
    ['{"Service":{"Partition":""}}', 'json: unknown field "Partition"'],
    ['{"Service":{"Kind":1}}', 'json: cannot unmarshal number into Go struct field NodeService.Service.Kind of type structs.ServiceKind'],
    [
      '{"Service":{"Proxy":{"DestinationServiceName":1}}}',
      'json: cannot unmarshal number into Go struct field NodeService.Service.Proxy.Alias.DestinationServiceName of type string',
    ],
    ['{"Service":{"Proxy":{"Other":1}}}', 'json: unknown field "Other"'],
    [
      '{"Service":{"Connect":{"Native":1}}}',
      'json: cannot unmarshal number into Go struct field NodeService.Service.Connect.Alias.Native of type bool',
    ],
    ['{"Check":{"CheckID":1}}', 'json: cannot unmarshal number into Go struct field HealthCheck.Check.CheckID of type types.CheckID'],
    [
      '{"Check":{"Definition":{"Header":{"a":"b"}}}}',
      'json: cannot unmarshal string into Go struct field HealthCheck.Check.Definition.Alias.Header of type []string',
    ],
    [
      '{"Check":{"Definition":{"ScriptArgs":"x"}}}',
      'json: cannot unmarshal string into Go struct field HealthCheck.Check.Definition.Alias.ScriptArgs of type []string',
    ],
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
