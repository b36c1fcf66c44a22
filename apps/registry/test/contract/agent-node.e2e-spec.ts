import { hostname } from 'node:os';
import { ConsulUnderTest } from './consul-under-test.js';

/** Some text. */
const TEXT = expect.any(String) as unknown;
const NUMBER = expect.any(Number) as unknown;

let consul: ConsulUnderTest;

beforeAll(async () => {
  consul = await ConsulUnderTest.start();
}, 120_000);

afterAll(() => consul.stop());

interface Member {
  readonly Name: string;
  readonly Addr: string;
  readonly Port: number;
}

const MEMBER = {
  Name: TEXT,
  Addr: TEXT,
  Port: NUMBER,
  Tags: {
    acls: '0',
    build: expect.stringMatching(/^1\.22\./) as unknown,
    dc: TEXT,
    ft_fs: '1',
    ft_si: '1',
    id: TEXT,
    port: TEXT,
    raft_vsn: '3',
    role: 'consul',
    segment: '',
    vsn: '2',
    vsn_max: '3',
    vsn_min: '2',
  },
  Status: 1,
  ProtocolMin: 1,
  ProtocolMax: 5,
  ProtocolCur: 2,
  DelegateMin: 2,
  DelegateMax: 5,
  DelegateCur: 4,
};
const LAN_MEMBER = { ...MEMBER, Tags: { ...MEMBER.Tags, wan_join_port: TEXT } };

describe('the agent about itself', () => {
  it('tells who it is', async () => {
    const { status, headers, json } = await consul.get('/agent/self');
    expect([status, headers['content-type']]).toEqual([200, 'application/json']);
    const self = json<Record<string, Record<string, unknown>>>();
    expect(Object.keys(self).sort()).toEqual(['Config', 'Coord', 'DebugConfig', 'Member', 'Meta', 'Stats']);
    expect(self.Config).toEqual({
      Datacenter: TEXT,
      PrimaryDatacenter: TEXT,
      NodeName: TEXT,
      NodeID: expect.stringMatching(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/) as unknown,
      Revision: TEXT,
      Server: true,
      Version: expect.stringMatching(/^1\.22\./) as unknown,
      BuildDate: TEXT,
      BindAddr: TEXT,
    });
    expect(self.Coord).toEqual({ Vec: [0, 0, 0, 0, 0, 0, 0, 0], Error: 1.5, Adjustment: 0, Height: 0.00001 });
    expect(self.Member).toEqual(LAN_MEMBER);
    const { Addr, Port } = self.Member as unknown as Member;
    expect(self.Meta).toMatchObject({ 'consul-network-segment': '', 'consul-version': self.Config?.Version });
    expect(self.DebugConfig).toMatchObject({ Datacenter: self.Config?.Datacenter, NodeName: self.Config?.NodeName, ServerMode: true });
    expect(self.DebugConfig).toMatchObject({
      SerfAdvertiseAddrLAN: `tcp://${Addr}:${Port}`,
      SerfAdvertiseAddrWAN: expect.stringMatching(/^tcp:.*:\d+$/) as unknown,
      RPCAdvertiseAddr: `tcp://${(await consul.get('/status/leader')).json<string>()}`,
    });
    expect(self.Stats).toMatchObject({ consul: { server: 'true', leader: 'true', acl: 'disabled' }, raft: { state: 'Leader' } });
  });

  it('is the one member of its cluster, in its datacenter and beyond', async () => {
    const [lan] = (await consul.get('/agent/members')).json<Member[]>();
    expect((await consul.get('/agent/members')).json()).toEqual([LAN_MEMBER]);
    expect((await consul.get('/agent/members?segment=_all')).json()).toEqual([LAN_MEMBER]);
    expect((await consul.get('/agent/members?wan=1')).json()).toEqual([
      { ...MEMBER, Name: expect.stringMatching(`^${lan?.Name}\\.`) as unknown },
    ]);
    const found = await consul.get(`/agent/members?filter=${encodeURIComponent('Tags.role == consul and Status == 1')}`);
    expect(found.json()).toEqual([LAN_MEMBER]);
    expect((await consul.get('/agent/members?filter=Name+==+none')).json()).toEqual([]);
    const segment = await consul.get('/agent/members?segment=x');
    expect([segment.status, segment.text]).toEqual([500, 'Network segments are not supported in this version of Consul']);
  });

  it('tells its version, its machine and its gauges', async () => {
    const version = (await consul.get('/agent/version')).json();
    expect(version).toEqual({
      SHA: TEXT,
      BuildDate: TEXT,
      HumanVersion: expect.stringMatching(/^1\.22/) as unknown,
      FIPS: '',
    });
    expect((await consul.get('/agent/host')).json()).toMatchObject({
      Memory: { total: NUMBER, used: NUMBER, free: NUMBER },
      CPU: expect.arrayContaining([expect.objectContaining({ cpu: 0, modelName: TEXT })]) as unknown,
      Host: { hostname: TEXT, os: 'linux', kernelVersion: TEXT, uptime: NUMBER },
      Disk: { path: '/', total: NUMBER, free: NUMBER },
      CollectionTime: NUMBER,
      Errors: null,
    });
    const metrics = (await consul.get('/agent/metrics')).json<{ Gauges: { Name: string; Value: number; Labels: object }[] }>();
    expect(Object.keys(metrics).sort()).toEqual(['Counters', 'Gauges', 'Points', 'Samples', 'Timestamp']);
    const gauges = new Map(metrics.Gauges.map((gauge) => [gauge.Name, gauge]));
    const gauge = (name: string) => gauges.get(`consul.${hostname()}.${name}`);
    expect(gauge('runtime.alloc_bytes')).toMatchObject({ Value: NUMBER, Labels: {} });
    expect(gauge('runtime.sys_bytes')).toMatchObject({ Value: NUMBER, Labels: {} });
  });

  it('keeps no gauges for Prometheus', async () => {
    const { status, text, headers } = await consul.get('/agent/metrics?format=prometheus');
    expect([status, text, headers['content-type'], headers['x-consul-reason']]).toEqual([
      200,
      '',
      'application/json; charset=utf-8',
      'Prometheus is not enabled since its retention time is not positive',
    ]);
  });

  it('takes no tokens', async () => {
    for (const name of ['default', 'agent', 'unknown', '']) {
      const { status, text, headers } = await consul.put(`/agent/token/${name}`, { Token: 'x' });
      expect([status, text, headers['content-type']]).toEqual([401, 'ACL support disabled', 'text/plain; charset=utf-8']);
    }
  });

  it('joins itself', async () => {
    const [{ Addr, Port }] = (await consul.get('/agent/members')).json<[Member]>();
    expect(await consul.put(`/agent/join/${Addr}:${Port}`)).toMatchObject({ status: 200, text: '' });
    const { DebugConfig } = (await consul.get('/agent/self')).json<{ DebugConfig: Record<string, string> }>();
    expect(await consul.put(`/agent/join/${DebugConfig.SerfAdvertiseAddrLAN?.replace('tcp://', '')}`)).toMatchObject({ status: 200 });
    expect(await consul.put(`/agent/join/${DebugConfig.SerfAdvertiseAddrWAN?.replace('tcp://', '')}?wan=1`)).toMatchObject({ status: 200 });
    expect(await consul.put(`/agent/join/${Addr}`)).toMatchObject({ status: 200, text: '' });
  });

  it.each([
    ['127.0.0.1:1', 'Failed to join 127.0.0.1:1: dial tcp 127.0.0.1:1: connect: connection refused'],
    ['localhost:1', 'Failed to join 127.0.0.1:1: dial tcp 127.0.0.1:1: connect: connection refused'],
    ['127.0.0.1:', 'Failed to resolve 127.0.0.1:: strconv.ParseUint: parsing "": invalid syntax'],
    ['127.0.0.1:x', 'Failed to resolve 127.0.0.1:x: strconv.ParseUint: parsing "x": invalid syntax'],
    ['127.0.0.1:65536', 'Failed to resolve 127.0.0.1:65536: strconv.ParseUint: parsing "65536": value out of range'],
    ['a:b:c', 'Failed to resolve a:b:c: lookup a:b:c: no such host'],
    [':1', 'Failed to resolve :1: lookup : no such host'],
    ['', 'Failed to resolve : lookup : no such host'],
  ])('does not join "%s"', async (target, why) => {
    const { status, text } = await consul.put(`/agent/join/${target}`);
    expect([status, text]).toEqual([500, `1 error occurred:\n\t* ${why}\n\n`]);
  });

  it('lets nobody be thrown out who is not there, and stays itself', async () => {
    const [{ Name }] = (await consul.get('/agent/members')).json<[Member]>();
    const unknown = await consul.put('/agent/force-leave/none');
    expect([unknown.status, unknown.text]).toEqual([500, "agent: No node found with name 'none'"]);
    expect(await consul.put(`/agent/force-leave/${Name}`)).toMatchObject({ status: 200, text: '' });
    expect((await consul.get('/agent/members')).json()).toMatchObject([{ Name, Status: 1 }]);
  });

  it('reloads', async () => {
    expect(await consul.put('/agent/reload')).toMatchObject({ status: 200, text: '' });
  });

  it.each([
    ['GET', '/agent/join/x', 'OPTIONS,PUT'],
    ['GET', '/agent/leave', 'OPTIONS,PUT'],
    ['GET', '/agent/reload', 'OPTIONS,PUT'],
    ['GET', '/agent/maintenance', 'OPTIONS,PUT'],
    ['GET', '/agent/token/x', 'OPTIONS,PUT'],
    ['PUT', '/agent/self', 'GET,OPTIONS'],
    ['PUT', '/agent/health/service/id/x', 'GET,OPTIONS'],
  ])('%s %s is not allowed', async (method, path, allowed) => {
    const { status, text, headers } = await consul.ask(method, path);
    expect([status, text, String(headers.allow).split(',').sort().join(',')]).toEqual([405, `method ${method} not allowed`, allowed]);
  });
});

describe('the health of a service of this agent', () => {
  let id: string;

  beforeEach(() => {
    id = consul.name('well');
  });

  afterEach(async () => {
    await consul.put(`/agent/service/deregister/${id}`);
    await consul.put(`/agent/service/deregister/${id}-2`);
  });

  const definition = {
    Interval: '0s',
    Timeout: '0s',
    DeregisterCriticalServiceAfter: '0s',
    HTTP: '',
    Header: null,
    Method: '',
    Body: '',
    TLSServerName: '',
    TLSSkipVerify: false,
    TCP: '',
    TCPUseTLS: false,
    UDP: '',
    GRPC: '',
    OSService: '',
    GRPCUseTLS: false,
  };

  it.each([
    ['passing', 200],
    ['warning', 429],
    ['critical', 503],
  ])('%s is %i', async (Status, code) => {
    await consul.put('/agent/service/register', { Name: id, Port: 1, Tags: ['t'], Check: { CheckID: `${id}-c`, TTL: '1h', Status } });
    const expected = {
      AggregatedStatus: Status,
      Service: {
        ID: id,
        Service: id,
        Tags: ['t'],
        Meta: {},
        Port: 1,
        Address: '',
        Weights: { Passing: 1, Warning: 1 },
        EnableTagOverride: false,
        Datacenter: TEXT,
      },
      Checks: [
        {
          Node: TEXT,
          CheckID: `${id}-c`,
          Name: `Service '${id}' check`,
          Status,
          Notes: '',
          Output: '',
          ServiceID: id,
          ServiceName: id,
          ServiceTags: ['t'],
          Type: '',
          ExposedPort: 0,
          Definition: definition,
          CreateIndex: 0,
          ModifyIndex: 0,
        },
      ],
    };
    const byId = await consul.get(`/agent/health/service/id/${id}`);
    expect([byId.status, byId.headers['content-type'], byId.headers['x-consul-reason']]).toEqual([code, 'application/json', Status]);
    expect(byId.json()).toEqual(expected);
    const byName = await consul.get(`/agent/health/service/name/${id}`);
    expect([byName.status, byName.json()]).toEqual([code, [expected]]);
    for (const path of ['id', 'name']) {
      const { status, text, headers } = await consul.get(`/agent/health/service/${path}/${id}?format=text`);
      expect([status, text, headers['content-type']]).toEqual([code, Status, 'text/plain']);
    }
  });

  it('of several is that of the worst', async () => {
    await consul.put('/agent/service/register', { Name: id });
    expect(await consul.get(`/agent/health/service/name/${id}?format=text`)).toMatchObject({ status: 200, text: 'passing' });
    await consul.put('/agent/service/register', { Name: id, ID: `${id}-2`, Check: { TTL: '1h', Status: 'warning' } });
    expect(await consul.get(`/agent/health/service/name/${id}?format=text`)).toMatchObject({ status: 429, text: 'warning' });
    const healths = (await consul.get(`/agent/health/service/name/${id}`)).json<{ AggregatedStatus: string; Checks: object[] }[]>();
    expect(healths.map(({ AggregatedStatus }) => AggregatedStatus).sort()).toEqual(['passing', 'warning']);
  });

  it('in maintenance is 503, the one as the other', async () => {
    await consul.put('/agent/service/register', { Name: id });
    await consul.put(`/agent/service/maintenance/${id}?enable=true`);
    expect(await consul.get(`/agent/health/service/id/${id}?format=text`)).toMatchObject({ status: 503, text: 'maintenance' });
    await consul.put(`/agent/service/maintenance/${id}?enable=false`);
    expect(await consul.get(`/agent/health/service/id/${id}?format=text`)).toMatchObject({ status: 200, text: 'passing' });
  });

  it('of one that is not there is 404', async () => {
    const byId = await consul.get('/agent/health/service/id/none');
    expect([byId.status, byId.json()]).toEqual([404, { AggregatedStatus: 'critical', Service: null, Checks: null }]);
    const byName = await consul.get('/agent/health/service/name/none');
    expect([byName.status, byName.json(), byName.headers['x-consul-reason']]).toEqual([404, [], 'ServiceName none Not Found']);
    expect(await consul.get('/agent/health/service/id/none?format=text')).toMatchObject({ status: 404, text: 'ServiceId none not found' });
    expect(await consul.get('/agent/health/service/name/none?format=text')).toMatchObject({
      status: 404,
      text: 'ServiceName none Not Found',
    });
    expect(await consul.get('/agent/health/service/name/')).toMatchObject({ status: 500, text: 'Missing service Name' });
    expect(await consul.get('/agent/health/service/id/')).toMatchObject({ status: 500, text: 'Missing serviceID' });
  });
});

describe('maintenance of the node', () => {
  const check = async () => (await consul.get('/agent/checks')).json<Record<string, unknown>>()._node_maintenance;

  afterEach(() => consul.put('/agent/maintenance?enable=false'));

  it('is a critical check that keeps its first reason, takes every service with it, and goes again', async () => {
    const id = consul.name('maintained');
    await consul.put('/agent/service/register', { Name: id });
    expect(await consul.put('/agent/maintenance?enable=true&reason=new%20disk')).toMatchObject({ status: 200, text: '' });
    await consul.put('/agent/maintenance?enable=true&reason=other');
    expect(await check()).toEqual({
      Node: TEXT,
      CheckID: '_node_maintenance',
      Name: 'Node Maintenance Mode',
      Status: 'critical',
      Notes: 'new disk',
      Output: '',
      ServiceID: '',
      ServiceName: '',
      ServiceTags: [],
      Type: 'maintenance',
      Interval: '',
      Timeout: '',
      ExposedPort: 0,
      Definition: {},
      CreateIndex: 0,
      ModifyIndex: 0,
    });
    expect(await consul.get(`/agent/health/service/id/${id}?format=text`)).toMatchObject({ status: 503, text: 'maintenance' });
    expect(await consul.put('/agent/maintenance?enable=false')).toMatchObject({ status: 200 });
    expect(await consul.put('/agent/maintenance?enable=false')).toMatchObject({ status: 200 });
    expect(await check()).toBeUndefined();
    await consul.put(`/agent/service/deregister/${id}`);
  });

  it('has a reason of its own where none is given', async () => {
    await consul.put('/agent/maintenance?enable=true');
    const Notes = 'Maintenance mode is enabled for this node, but no reason was provided. This is a default message.';
    expect(await check()).toMatchObject({ Notes });
  });

  it.each([
    ['', 'Missing value for enable'],
    ['?enable=perhaps', 'Invalid value for enable: "perhaps"'],
    ['?enable=', 'Invalid value for enable: ""'],
  ])('with %j is refused', async (query, text) => {
    const answer = await consul.put(`/agent/maintenance${query}`);
    expect([answer.status, answer.text]).toEqual([400, text]);
  });
});
