import { ConsulUnderTest } from './consul-under-test.js';

/** Some text. */
const TEXT = expect.any(String) as unknown;

let consul: ConsulUnderTest;
let id: string;

beforeAll(async () => {
  consul = await ConsulUnderTest.start();
}, 120_000);

afterAll(() => consul.stop());

beforeEach(() => {
  id = consul.name('svc');
});

afterEach(() => consul.put(`/agent/service/deregister/${id}`));

const register = (fields: unknown, query = '') => consul.put(`/agent/service/register${query}`, fields);
const show = async () => (await consul.get(`/agent/service/${id}`)).json<Record<string, unknown>>();

/** The checks of this service alone. */
async function checks(): Promise<Record<string, Record<string, unknown>>> {
  return (await consul.get(`/agent/checks?filter=${encodeURIComponent(`ServiceID == "${id}"`)}`)).json();
}

const PLAIN = { Tags: [], Meta: {}, Port: 0, Address: '', Weights: { Passing: 1, Warning: 1 }, EnableTagOverride: false };

describe('registering a service', () => {
  it('needs no more than a name, which is its id as well', async () => {
    const answer = await register({ Name: id });
    expect([answer.status, answer.text]).toEqual([200, '']);
    const shown = await consul.get(`/agent/service/${id}`);
    expect([shown.status, shown.headers['content-type']]).toEqual([200, 'application/json']);
    expect(shown.json()).toEqual({
      ID: id,
      Service: id,
      ...PLAIN,
      ContentHash: shown.headers['x-consul-contenthash'],
      Datacenter: TEXT,
    });
    // No server is asked, whatever is said of its consistency.
    expect((await consul.get(`/agent/service/${id}?stale&consistent&cached&dc=elsewhere`)).status).toBe(200);
    const listed = (await consul.get('/agent/services')).json<Record<string, unknown>>();
    expect(listed[id]).toEqual({ ID: id, Service: id, ...PLAIN, Datacenter: TEXT });
  });

  it('keeps every field of a plain service', async () => {
    const fields = {
      Name: 'contract-full',
      ID: id,
      Tags: ['a', 'b'],
      Meta: { k: 'v', 'a-b_C': '' },
      Port: 80,
      Address: '10.0.0.1',
      SocketPath: '/x.sock',
      TaggedAddresses: { lan: { Address: '10.0.0.2', Port: 81 }, lan_ipv4: { Address: '10.0.0.3', Port: 82 } },
      Weights: { Passing: 5, Warning: 0 },
      EnableTagOverride: true,
      Connect: { Native: true },
      Locality: { Region: 'r', Zone: 'z' },
    };
    expect((await register(fields)).status).toBe(200);
    const { Name, ...kept } = fields;
    expect(await show()).toEqual({
      ...kept,
      Service: Name,
      TaggedAddresses: { ...fields.TaggedAddresses, wan_ipv4: { Address: '10.0.0.1', Port: 80 } },
      ContentHash: TEXT,
      Datacenter: TEXT,
    });
  });

  it.each([
    ['10.0.0.1', { lan_ipv4: { Address: '10.0.0.1', Port: 5 }, wan_ipv4: { Address: '10.0.0.1', Port: 5 } }],
    ['::1', { lan_ipv6: { Address: '::1', Port: 5 }, wan_ipv6: { Address: '::1', Port: 5 } }],
    ['some.host', undefined],
  ])('knows the address %s under its family', async (Address, expected) => {
    await register({ Name: id, Address, Port: 5 });
    expect((await show()).TaggedAddresses).toEqual(expected);
  });

  it('takes null for every field, of a client that offers HTTP/2 and has an empty token', async () => {
    const names = 'Tags Meta Check Checks Weights TaggedAddresses Proxy Connect Port ID Address EnableTagOverride SocketPath Kind Locality';
    const body = { Name: id, ...Object.fromEntries(names.split(' ').map((name) => [name, null])) };
    const headers = {
      'x-consul-token': '',
      connection: 'Upgrade, HTTP2-Settings',
      upgrade: 'h2c',
      'http2-settings': 'AAEAAEAAAAIAAAAB',
    };
    expect((await consul.put('/agent/service/register', body, { headers })).status).toBe(200);
    expect(await show()).toMatchObject({ ID: id, ...PLAIN });
  });

  it('reads names in any capitals, and the snake case that Consul knows', async () => {
    const check = {
      checkid: `${id}-c`,
      ttl: '30s',
      args: null,
      script_args: null,
      tls_skip_verify: false,
      docker_container_id: '',
      deregister_critical_service_after: '90m',
      status: 'passing',
    };
    const body = {
      NAME: 'contract-snake',
      id,
      enable_tag_override: true,
      tagged_addresses: { lan: { address: '10.0.0.1', port: 3 } },
      checks: [check],
    };
    expect(await register(body)).toMatchObject({ status: 200 });
    expect(await show()).toMatchObject({ EnableTagOverride: true, TaggedAddresses: { lan: { Address: '10.0.0.1', Port: 3 } } });
    expect(await checks()).toMatchObject({ [`${id}-c`]: { Status: 'passing', Type: 'ttl' } });
  });

  it('takes an id with anything in it', async () => {
    const odd = `${id}/ü b`;
    expect((await register({ Name: 'contract-odd', ID: odd })).status).toBe(200);
    expect((await consul.get(`/agent/service/${encodeURIComponent(odd)}`)).json()).toMatchObject({ ID: odd });
    expect((await consul.put(`/agent/service/deregister/${encodeURIComponent(odd)}`)).status).toBe(200);
  });

  it('again is to change it', async () => {
    await register({ Name: id, Port: 1, Tags: ['a'] });
    await register({ Name: 'contract-other', ID: id, Port: 2 });
    expect(await show()).toMatchObject({ Service: 'contract-other', Port: 2, Tags: [] });
  });

  it('keeps what says of which service a proxy is', async () => {
    const Proxy = { DestinationServiceName: 'web', DestinationServiceID: 'web-1', LocalServicePort: 8 };
    await register({ Name: id, Kind: 'connect-proxy', Port: 1, Proxy });
    expect(await show()).toMatchObject({ Kind: 'connect-proxy', Proxy: { ...Proxy, MeshGateway: {}, Expose: {} } });
    const [instance] = (await consul.get(`/catalog/service/${id}`)).json<Record<string, unknown>[]>();
    expect(instance?.ServiceProxy).toEqual({ ...Proxy, Mode: '', MeshGateway: {}, Expose: {} });
  });

  it('keeps what only a mesh makes use of', async () => {
    const path = { ListenerPort: 81, Path: '/x', LocalPathPort: 80, Protocol: 'http2' };
    const upstream = { DestinationName: 'db', LocalBindPort: 99, Config: { a_b: [1, { c: null }] }, MeshGateway: { Mode: 'local' } };
    const Proxy = {
      DestinationServiceName: 'web',
      Mode: 'transparent',
      Config: { foo: 'bar', n: 1, a_b: [1, { c_d: true }] },
      TransparentProxy: { OutboundListenerPort: 808, DialedDirectly: true },
      AccessLogs: { Enabled: true, Type: 'file', Path: '/x' },
    };
    const snake = { listener_port: 82, path: '/x', local_path_port: 80, protocol: 'http2' };
    const given = { ...Proxy, Upstreams: [upstream], Expose: { Checks: true, Paths: [path, snake] }, EnvoyExtensions: [{ Name: 'x' }] };
    expect((await register({ Name: id, Kind: 'connect-proxy', Port: 1, Proxy: given })).text).toBe('');
    const kept = {
      Upstreams: [{ ...upstream, DestinationType: 'service' }],
      Expose: { Checks: true, Paths: [path, { ...path, ListenerPort: 82 }] },
    };
    const shown = await show();
    expect(shown).toMatchObject({ Proxy: { ...Proxy, ...kept, MeshGateway: {} } });
    expect(Object.keys(shown.Proxy as object)).not.toContain('EnvoyExtensions');
    const [instance] = (await consul.get(`/catalog/service/${id}`)).json<Record<string, unknown>[]>();
    expect(instance).toMatchObject({ ServiceProxy: { ...Proxy, ...kept } });
  });

  it.each([
    ['mesh-gateway', { Config: { foo: 'bar' }, Mode: 'none' }],
    ['terminating-gateway', { MeshGateway: { Mode: 'local' } }],
  ])('keeps what is said of a %s', async (Kind, Proxy) => {
    await register({ Name: id, Kind, Port: 1, Proxy });
    expect((await show()).Proxy).toEqual({ MeshGateway: {}, Expose: {}, ...Proxy });
  });

  it('of a service that is no proxy the catalogue alone shows it', async () => {
    await register({ Name: id, Proxy: { Config: { a: 1 }, Mode: 'direct' } });
    expect(Object.keys(await show())).not.toContain('Proxy');
    const [instance] = (await consul.get(`/catalog/service/${id}`)).json<Record<string, unknown>[]>();
    expect(instance?.ServiceProxy).toEqual({ Config: { a: 1 }, Mode: 'direct', MeshGateway: {}, Expose: {} });
  });

  it.each([
    [{ Config: 'x' }, 'string', '.Alias.Proxy.Alias.Config', 'map[string]interface {}'],
    [{ Mode: 1 }, 'number', '.Alias.Proxy.Alias.Mode', 'structs.ProxyMode'],
    [{ Expose: 1 }, 'number', '.Alias.Proxy.Alias.Expose', 'structs.ExposeConfig'],
    [{ Expose: { Paths: [{ Path: 1 }] } }, 'number', '.Alias.Proxy.Alias.Expose.Paths.Alias.Path', 'string'],
    [{ Expose: { Paths: [{ local_path_port: '1' }] } }, 'string', '.Alias.Proxy.Alias.Expose.Paths.local_path_port', 'int'],
    [{ mesh_gateway: { Mode: 1 } }, 'number', '.Alias.Proxy.mesh_gateway.Mode', 'structs.MeshGatewayMode'],
    [{ Upstreams: [{ DestinationName: 1 }] }, 'number', '.Alias.Proxy.Alias.Upstreams.Alias.DestinationName', 'string'],
  ])('does not take %j of a proxy', async (more, kind, field, type) => {
    const { status, text } = await register({
      Name: id,
      Kind: 'connect-proxy',
      Port: 1,
      Proxy: { DestinationServiceName: 'web', ...more },
    });
    const why = `json: cannot unmarshal ${kind} into Go struct field ${field} of type ${type}`;
    expect([status, text]).toEqual([400, `Request decode failed: ${why}`]);
  });
});

describe('the checks of a registration', () => {
  const common = { Notes: '', Output: '', ServiceTags: ['t'], Interval: '', Timeout: '', ExposedPort: 0, Definition: {} };
  const shown = (fields: object) => ({
    Node: TEXT,
    Status: 'critical',
    Name: `Service '${id}' check`,
    ServiceID: id,
    ServiceName: id,
    Type: 'ttl',
    ...common,
    CreateIndex: 0,
    ModifyIndex: 0,
    ...fields,
  });

  it('are called after the service', async () => {
    await register({ Name: id, Tags: ['t'], Check: { TTL: '1h' } });
    expect(await checks()).toEqual({ [`service:${id}`]: shown({ CheckID: `service:${id}` }) });
  });

  it('are numbered when they are several, the single one first', async () => {
    const http = { HTTP: 'http://127.0.0.1:1/', Interval: '1h', Timeout: '1500ms' };
    await register({ Name: id, Tags: ['t'], Check: { TTL: '1h', Name: 'n', Notes: 'x' }, Checks: [{ TTL: '1h' }, http] });
    expect(await checks()).toEqual({
      [`service:${id}:1`]: shown({ CheckID: `service:${id}:1`, Name: 'n', Notes: 'x' }),
      [`service:${id}:2`]: shown({ CheckID: `service:${id}:2` }),
      [`service:${id}:3`]: shown({ CheckID: `service:${id}:3`, Type: 'http', Interval: '1h0m0s', Timeout: '1.5s' }),
    });
  });

  it('keep their ids, names and statuses', async () => {
    await register({ Name: id, Checks: [{ CheckID: `${id}-1`, Name: 'one', TTL: '1h', Status: 'warning' }] });
    expect(await checks()).toMatchObject({ [`${id}-1`]: { Name: 'one', Status: 'warning' } });
  });

  it('stay when it is registered again, and keep their status and output', async () => {
    await register({ Name: id, Check: { CheckID: `${id}-1`, TTL: '1h' } });
    await consul.put(`/agent/check/warn/${id}-1?note=hot`);
    await register({
      Name: id,
      Checks: [
        { CheckID: `${id}-1`, TTL: '1h', Status: 'passing', Notes: 'new' },
        { CheckID: `${id}-2`, TTL: '1h' },
      ],
    });
    expect(await checks()).toMatchObject({
      [`${id}-1`]: { Status: 'warning', Output: 'hot', Notes: 'new' },
      [`${id}-2`]: { Status: 'critical' },
    });
  });

  it.each([
    ['?replace-existing-checks', ['2']],
    ['?replace-existing-checks=true', ['2']],
    ['?replace-existing-checks=false', ['1', '2']],
    ['', ['1', '2']],
  ])('go with %j or not', async (query, left) => {
    await register({ Name: id, Check: { CheckID: `${id}-1`, TTL: '1h' } });
    await register({ Name: id, Check: { CheckID: `${id}-2`, TTL: '1h' } }, query);
    expect(Object.keys(await checks()).sort()).toEqual(left.map((number) => `${id}-${number}`));
  });

  it.each([[{}], [{ TTL: null, HTTP: '', Header: null, Interval: null }], [null]])('are none where one says nothing: %j', async (Check) => {
    expect((await register({ Name: id, Check })).status).toBe(200);
    expect(await checks()).toEqual({});
  });
});

describe('a registration that is wrong', () => {
  const field = (kind: string, path: string, type: string) =>
    `Request decode failed: json: cannot unmarshal ${kind} into Go struct field ${path} of type ${type}`;
  const TTL = { TTL: '1h' };
  const HTTP = { HTTP: 'http://127.0.0.1:1', Interval: '1h' };

  it.each([
    ['', 400, 'Request decode failed: EOF'],
    ['{', 400, 'Request decode failed: unexpected EOF'],
    ['{"Name":}', 400, "Request decode failed: invalid character '}' looking for beginning of value"],
    ['null', 400, 'Missing service name'],
    [{}, 400, 'Missing service name'],
    [{ Name: '' }, 400, 'Missing service name'],
    [{ Name: 1 }, 400, field('number', '.Alias.Name', 'string')],
    [{ Name: 'a', Tags: 'x' }, 400, field('string', '.Alias.Tags', '[]string')],
    [{ Name: 'a', Tags: [1] }, 400, field('number', '.Alias.Tags', 'string')],
    [{ Name: 'a', Meta: { a: 1 } }, 400, field('number', '.Alias.Meta', 'string')],
    [{ Name: 'a', Meta: [] }, 400, field('array', '.Alias.Meta', 'map[string]string')],
    [{ Name: 'a', Port: '80' }, 400, field('string', '.Alias.Port', 'int')],
    [{ Name: 'a', Port: 1.5 }, 400, field('number 1.5', '.Alias.Port', 'int')],
    [{ Name: 'a', EnableTagOverride: 'true' }, 400, field('string', '.Alias.EnableTagOverride', 'bool')],
    [{ Name: 'a', enable_tag_override: 1 }, 400, field('number', '.enable_tag_override', 'bool')],
    [{ Name: 'a', Weights: 1 }, 400, field('number', '.Alias.Weights', 'structs.Weights')],
    [{ Name: 'a', Weights: { Passing: 'x' } }, 400, field('string', 'Weights.Alias.Weights.Passing', 'int')],
    [{ Name: 'a', TaggedAddresses: { x: 1 } }, 400, field('number', '.Alias.TaggedAddresses', 'structs.ServiceAddress')],
    [{ Name: 'a', TaggedAddresses: { x: { Port: 'x' } } }, 400, field('string', 'ServiceAddress.Alias.TaggedAddresses.Port', 'int')],
    [{ Name: 'a', Checks: {} }, 400, field('object', '.Alias.Checks', 'structs.CheckTypes')],
    [{ Name: 'a', Check: { HTTP: 1 } }, 400, field('number', '.Alias.Check.Alias.HTTP', 'string')],
    [{ Name: 'a', Check: { Args: 'x' } }, 400, field('string', '.Alias.Check.args', '[]string')],
    [{ Name: 'a', Check: { Header: { a: 'b' } } }, 400, field('string', '.Alias.Check.Alias.Header', '[]string')],
    [{ Name: 'a', Connect: { Native: 'x' } }, 400, field('string', '.Alias.Connect.Alias.Native', 'bool')],
    [{ Name: 'a', Namespace: 'default' }, 400, 'Request decode failed: json: unknown field "Namespace"'],
    [{ Name: 'a', service_id: 'x' }, 400, 'Request decode failed: json: unknown field "service_id"'],
    [{ Name: 'a', Check: { ...TTL, check_id: 'x' } }, 400, 'Request decode failed: json: unknown field "check_id"'],
    [{ Name: 'a', Address: '0.0.0.0' }, 400, 'Invalid service address'],
    [{ Name: 'a', Address: '::' }, 400, 'Invalid service address'],
    [{ Name: 'a', Address: '[::]' }, 400, 'Invalid service address'],
    [{ Name: 'a', Weights: {} }, 400, 'Invalid Weights: Passing must be greater than 0'],
    [{ Name: 'a', Weights: { Passing: 1, Warning: -1 } }, 400, 'Invalid Weights: Warning must be greater or equal than 0'],
    [{ Name: 'a', Weights: { Passing: 65_536 } }, 400, 'Invalid Weights: DNS Weight must be between 0 and 65535'],
    [{ Name: 'a', Meta: { '': 'v' } }, 400, "Invalid Service Meta: Couldn't load metadata pair ('', 'v'): Key cannot be blank"],
    [
      { Name: 'a', Meta: { 'b c': 'v' } },
      400,
      "Invalid Service Meta: Couldn't load metadata pair ('b c', 'v'): Key contains invalid characters",
    ],
    [
      { Name: 'a', Meta: { 'consul-x': 'v' } },
      400,
      "Invalid Service Meta: Couldn't load metadata pair ('consul-x', 'v'): Key prefix 'consul-' is reserved for internal use",
    ],
    [
      { Name: 'a', Meta: Object.fromEntries(Array.from({ length: 65 }, (_, at) => [`k${at}`, ''])) },
      400,
      'Invalid Service Meta: Node metadata cannot contain more than 64 key/value pairs',
    ],
    [{ Name: 'a', Locality: { Zone: 'z' } }, 400, 'Validation failed: 1 error occurred:\n\t* zone cannot be set without region\n\n'],
    [
      { Name: 'a', Connect: { Native: true } },
      400,
      'Validation failed: 1 error occurred:\n\t* Port or SocketPath must be set for a Connect native service.\n\n',
    ],
    [{ Name: 'a', Check: { Name: 'x' } }, 400, 'Invalid check: TTL must be > 0 for TTL checks'],
    [{ Name: 'a', Checks: [{}] }, 400, 'Invalid check: TTL must be > 0 for TTL checks'],
    [{ Name: 'a', Check: { TTL: '-1s' } }, 400, 'Invalid check: TTL must be > 0 for TTL checks'],
    [{ Name: 'a', Check: { TTL: 'soon' } }, 400, 'Request decode failed: time: invalid duration "soon"'],
    [{ Name: 'a', Check: { TTL: '10' } }, 400, 'Request decode failed: time: missing unit in duration "10"'],
    [{ Name: 'a', Check: { ...TTL, Interval: '1s' } }, 400, 'Invalid check: Interval and TTL cannot both be specified'],
    [
      { Name: 'a', Check: { HTTP: 'http://x' } },
      400,
      'Invalid check: Interval must be > 0 for Script, HTTP, H2PING, TCP, UDP or OSService checks',
    ],
    [{ Name: 'a', Check: { ...HTTP, AliasService: 'x' } }, 400, 'Invalid check: Interval cannot be set for Alias checks'],
    [{ Name: 'a', Check: { ...TTL, AliasService: 'x' } }, 400, 'Invalid check: TTL must be not be set for Alias checks'],
    [{ Name: 'a', Check: { ...TTL, OutputMaxSize: -1 } }, 400, 'Invalid check: MaxOutputMaxSize must be positive'],
    [
      { Name: 'a', Check: { ...HTTP, FailuresBeforeWarning: 2, FailuresBeforeCritical: 1 } },
      400,
      "Invalid check: FailuresBeforeWarning can't be higher than FailuresBeforeCritical",
    ],
    [{ Name: 'a', Check: { ...TTL, Status: 'fine' } }, 400, "Status for checks must 'passing', 'warning', 'critical'"],
    [
      { Name: 'a', Check: { Args: ['x'], Interval: '1s' } },
      500,
      "Scripts are disabled on this agent from remote calls; to enable, configure 'enable_script_checks' to true",
    ],
    [{ Name: 'a', Check: { OSService: 'x', Interval: '1s' } }, 500, 'not implemented'],
  ])('%j is %i %s', async (body, status, text) => {
    const answer = await register(body);
    expect([answer.status, answer.text, answer.headers['content-type']]).toEqual([status, text, 'text/plain; charset=utf-8']);
  });

  it('leaves nothing behind', async () => {
    await register({ Name: id, Check: { TTL: '1h', Status: 'fine' } });
    expect((await consul.get(`/agent/service/${id}`)).status).toBe(404);
  });

  it('is one with another method, too', async () => {
    const { status, text, headers } = await consul.ask('POST', '/agent/service/register', { body: { Name: id } });
    expect([status, text, headers.allow]).toEqual([405, 'method POST not allowed', 'OPTIONS,PUT']);
  });
});

describe('a service that is there', () => {
  it('is waited for by its hash, and answered when it changes and when it goes', async () => {
    await register({ Name: id });
    const first = await consul.get(`/agent/service/${id}`);
    const hash = String(first.headers['x-consul-contenthash']);
    const same = await consul.get(`/agent/service/${id}?hash=${hash}&wait=50ms`);
    expect([same.status, same.headers['x-consul-contenthash']]).toEqual([200, hash]);
    expect((await consul.get(`/agent/service/${id}?hash=other&wait=60s`)).headers['x-consul-contenthash']).toBe(hash);
    const [changed] = await Promise.all([consul.get(`/agent/service/${id}?hash=${hash}&wait=60s`), register({ Name: id, Port: 9 })]);
    expect(changed.json()).toMatchObject({ Port: 9 });
    const next = String(changed.headers['x-consul-contenthash']);
    expect(next).not.toBe(hash);
    const gone = consul.get(`/agent/service/${id}?hash=${next}&wait=60s`);
    await consul.put(`/agent/service/deregister/${id}`);
    const { status, text } = await gone;
    expect([status, text]).toEqual([404, `unknown service ID: ${id}`]);
  });

  it('is found by a filter', async () => {
    await register({ Name: 'contract-filtered', ID: id, Tags: ['a'], Meta: { k: 'v' }, Port: 7, Weights: { Passing: 3 } });
    const found = async (filter: string) => {
      const answer = await consul.get(`/agent/services?filter=${encodeURIComponent(filter)}`);
      return Object.keys(answer.json<Record<string, unknown>>()).includes(id);
    };
    expect(await found(`ID == "${id}" and "a" in Tags and Meta.k == v and Port == 7 and Weights.Passing == 3`)).toBe(true);
    expect(await found(`ID == "${id}" and Service != "contract-filtered"`)).toBe(false);
    const bad = await consul.get('/agent/services?filter=Nope+==+1');
    expect([bad.status, bad.text]).toEqual([500, 'Failed to create boolean expression evaluator: Selector "Nope" is not valid']);
  });

  it('goes with its checks, once', async () => {
    await register({ Name: id, Check: { TTL: '1h' } });
    const gone = await consul.put(`/agent/service/deregister/${id}`);
    expect([gone.status, gone.text, await checks()]).toEqual([200, '', {}]);
    const again = await consul.put(`/agent/service/deregister/${id}`);
    const text = `Unknown service ID "${id}". Ensure that the service ID is passed, not the service name.`;
    expect([again.status, again.text]).toEqual([404, text]);
  });

  it.each([
    ['GET', '/agent/service/none', 404, 'unknown service ID: none'],
    ['PUT', '/agent/service/deregister/', 404, 'Unknown service ID "". Ensure that the service ID is passed, not the service name.'],
    [
      'PUT',
      '/agent/service/deregister/consul',
      404,
      'Unknown service ID "consul". Ensure that the service ID is passed, not the service name.',
    ],
    ['GET', '/agent/service/deregister/x', 405, 'method GET not allowed'],
    ['PUT', '/agent/services', 405, 'method PUT not allowed'],
  ])('%s %s is %i', async (method, path, status, text) => {
    const answer = await consul.ask(method, path);
    expect([answer.status, answer.text]).toEqual([status, text]);
  });
});

describe('namespaces and partitions', () => {
  it.each([
    ['PUT', '/agent/service/register', 'ns=default'],
    ['PUT', '/agent/service/register', 'partition=x'],
    ['PUT', '/agent/service/deregister/x', 'ns=x'],
    ['PUT', '/agent/service/maintenance/x?enable=true', 'ns=x'],
    ['PUT', '/agent/check/register', 'partition=x'],
    ['PUT', '/agent/check/pass/x', 'ns=x'],
    ['GET', '/agent/services', 'ns=x'],
    ['GET', '/agent/service/x', 'partition=x'],
    ['GET', '/agent/checks', 'ns=default'],
    ['GET', '/agent/health/service/id/x', 'ns=x'],
    ['GET', '/agent/members', 'partition=x'],
  ])('%s %s with %s is refused', async (method, path, param) => {
    const answer = await consul.ask(method, `${path}${path.includes('?') ? '&' : '?'}${param}`);
    const [name = ''] = param.split('=');
    const text = `Invalid query parameter: "${name}" - ${name === 'ns' ? 'Namespaces' : 'Partitions'} are a Consul Enterprise feature`;
    expect([answer.status, answer.text]).toEqual([400, text]);
  });
});

describe('maintenance of a service', () => {
  const checkId = () => `_service_maintenance:${id}`;
  const maintain = (query: string) => consul.put(`/agent/service/maintenance/${id}${query}`);

  it('is a critical check that keeps its first reason, and goes again', async () => {
    await register({ Name: id, Tags: ['t'] });
    expect(await maintain('?enable=true&reason=oil%20change')).toMatchObject({ status: 200, text: '' });
    await maintain('?enable=true&reason=other');
    expect(await checks()).toEqual({
      [checkId()]: {
        Node: TEXT,
        CheckID: checkId(),
        Name: 'Service Maintenance Mode',
        Status: 'critical',
        Notes: 'oil change',
        Output: '',
        ServiceID: id,
        ServiceName: id,
        ServiceTags: ['t'],
        Type: 'maintenance',
        Interval: '',
        Timeout: '',
        ExposedPort: 0,
        Definition: {},
        CreateIndex: 0,
        ModifyIndex: 0,
      },
    });
    expect(await maintain('?enable=false')).toMatchObject({ status: 200 });
    expect(await maintain('?enable=false')).toMatchObject({ status: 200 });
    expect(await checks()).toEqual({});
  });

  it('has a reason of its own where none is given', async () => {
    await register({ Name: id });
    await maintain('?enable=1');
    const Notes = 'Maintenance mode is enabled for this service, but no reason was provided. This is a default message.';
    expect(await checks()).toMatchObject({ [checkId()]: { Notes } });
  });

  it.each([
    ['none', '?enable=true', 404, 'Unknown service ID "none". Ensure that the service ID is passed, not the service name.'],
    ['none', '', 400, 'Missing value for enable'],
    ['none', '?enable=perhaps', 400, 'Invalid value for enable: "perhaps"'],
    ['none', '?enable=', 400, 'Invalid value for enable: ""'],
    ['', '?enable=perhaps', 400, 'Missing service ID'],
  ])('of %j with %j is %i', async (service, query, status, text) => {
    const answer = await consul.put(`/agent/service/maintenance/${service}${query}`);
    expect([answer.status, answer.text]).toEqual([status, text]);
  });
});
