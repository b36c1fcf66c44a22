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
  id = consul.name('check');
});

afterEach(async () => {
  await consul.put(`/agent/check/deregister/${id}`);
  await consul.put(`/agent/service/deregister/${id}-svc`);
});

const register = (fields: unknown) => consul.put('/agent/check/register', fields);

async function check(checkId = id): Promise<Record<string, unknown> | undefined> {
  const listed = await consul.get(`/agent/checks?filter=${encodeURIComponent(`CheckID == "${checkId}"`)}`);
  return listed.json<Record<string, Record<string, unknown>>>()[checkId];
}

describe('registering a check', () => {
  it('makes one of the node, called after its name, critical and with all fields', async () => {
    expect(await register({ Name: id, TTL: '1h', Notes: 'n' })).toMatchObject({ status: 200, text: '' });
    expect(await check()).toEqual({
      Node: TEXT,
      CheckID: id,
      Name: id,
      Status: 'critical',
      Notes: 'n',
      Output: '',
      ServiceID: '',
      ServiceName: '',
      ServiceTags: [],
      Type: 'ttl',
      Interval: '0s',
      Timeout: '0s',
      ExposedPort: 0,
      Definition: {},
      CreateIndex: 0,
      ModifyIndex: 0,
    });
  });

  it('takes an id, a status, and the snake case that Consul knows', async () => {
    const body = { id, name: 'contract', ttl: 60_000_000_000, status: 'passing', service_id: '', deregister_critical_service_after: '90m' };
    expect(await register(body)).toMatchObject({ status: 200 });
    expect(await check()).toMatchObject({ CheckID: id, Name: 'contract', Status: 'passing' });
  });

  it('of a service takes over its name and tags', async () => {
    await consul.put('/agent/service/register', { Name: 'contract-checked', ID: `${id}-svc`, Tags: ['a', 'b'] });
    await register({ Name: id, TTL: '1h', ServiceID: `${id}-svc` });
    expect(await check()).toMatchObject({ ServiceID: `${id}-svc`, ServiceName: 'contract-checked', ServiceTags: ['a', 'b'] });
  });

  it('again changes it, but not its status and output', async () => {
    await register({ Name: id, TTL: '1h', Status: 'passing' });
    await consul.put(`/agent/check/warn/${id}?note=hot`);
    await register({ Name: id, HTTP: 'http://127.0.0.1:1/', Interval: '1h', Timeout: '2s', Status: 'critical', Notes: 'new' });
    expect(await check()).toMatchObject({
      Status: 'warning',
      Output: 'hot',
      Notes: 'new',
      Type: 'http',
      Interval: '1h0m0s',
      Timeout: '2s',
    });
  });

  it.each([
    [{ TCP: '127.0.0.1:1' }, 'tcp'],
    [{ UDP: '127.0.0.1:1' }, 'udp'],
    [{ GRPC: '127.0.0.1:1' }, 'grpc'],
    [{ H2PING: '127.0.0.1:1' }, 'h2ping'],
    [{ HTTP: 'http://127.0.0.1:1', TCP: '127.0.0.1:1' }, 'http'],
  ])('%j is of type %s', async (target, Type) => {
    await register({ Name: id, Interval: '1h', ...target });
    expect(await check()).toMatchObject({ Type, Interval: '1h0m0s' });
  });

  it.each([
    ['', 400, 'Request decode failed: EOF'],
    ['null', 400, 'Missing check name'],
    [{}, 400, 'Missing check name'],
    [{ Name: 1 }, 400, 'Request decode failed: json: cannot unmarshal number into Go struct field .Alias.Name of type string'],
    [
      { Name: 'a', service_id: 1 },
      400,
      'Request decode failed: json: cannot unmarshal number into Go struct field .service_id of type string',
    ],
    [{ Name: 'a', TTL: '1h', CheckID: 'x' }, 400, 'Request decode failed: json: unknown field "CheckID"'],
    [{ Name: 'a', TTL: '1h', Namespace: 'x' }, 400, 'Request decode failed: json: unknown field "Namespace"'],
    [{ Name: 'a' }, 400, 'Invalid check: TTL must be > 0 for TTL checks'],
    [{ Name: 'a', TTL: true }, 400, 'Invalid check: TTL must be > 0 for TTL checks'],
    [{ Name: 'a', TTL: '10x' }, 400, 'Request decode failed: time: unknown unit "x" in duration "10x"'],
    [{ Name: 'a', TTL: '' }, 400, 'Request decode failed: time: invalid duration ""'],
    [{ Name: 'a', Status: 'x' }, 400, 'Bad check status'],
    [{ Name: 'a', TTL: '1h', Status: 'maintenance' }, 400, 'Bad check status'],
    [
      { Name: 'a', HTTP: 'http://x', Interval: '-1s' },
      400,
      'Invalid check: Interval must be > 0 for Script, HTTP, H2PING, TCP, UDP or OSService checks',
    ],
    [{ Name: 'a', TTL: '1h', ServiceID: 'none' }, 404, 'ServiceID "none" does not exist'],
    [{ Name: 'a', ServiceID: 'none' }, 400, 'Invalid check: TTL must be > 0 for TTL checks'],
    [{ Name: 'a', ServiceID: 'none', Args: ['x'], Interval: '1s' }, 404, 'ServiceID "none" does not exist'],
    [
      { Name: 'a', Args: ['x'], Interval: '1s' },
      500,
      "Scripts are disabled on this agent from remote calls; to enable, configure 'enable_script_checks' to true",
    ],
    [{ Name: 'a', OSService: 'x', Interval: '1s' }, 500, 'not implemented'],
  ])('%j is %i %s', async (body, status, text) => {
    const answer = await register(body);
    expect([answer.status, answer.text, answer.headers['content-type']]).toEqual([status, text, 'text/plain; charset=utf-8']);
  });
});

describe('a heartbeat', () => {
  it.each([
    ['pass', 'passing'],
    ['warn', 'warning'],
    ['fail', 'critical'],
  ])('%s makes a check %s, with its note', async (verb, Status) => {
    await register({ Name: id, TTL: '1h', Status: 'passing' });
    expect(await consul.put(`/agent/check/${verb}/${id}?note=a%26b%20%C3%BC`)).toMatchObject({ status: 200, text: '' });
    expect(await check()).toMatchObject({ Status, Output: 'a&b ü' });
    await consul.put(`/agent/check/${verb}/${id}`);
    expect(await check()).toMatchObject({ Status, Output: '' });
  });

  it('update says status and output in one', async () => {
    await register({ Name: id, TTL: '1h' });
    expect(await consul.put(`/agent/check/update/${id}`, { Status: 'warning', Output: 'o' })).toMatchObject({ status: 200, text: '' });
    expect(await check()).toMatchObject({ Status: 'warning', Output: 'o' });
    await consul.put(`/agent/check/update/${id}`, { status: 'passing' });
    expect(await check()).toMatchObject({ Status: 'passing', Output: '' });
  });

  it('is seen at once also where it says something new only', async () => {
    await register({ Name: id, TTL: '1h' });
    await consul.put(`/agent/check/pass/${id}?note=one`);
    await consul.put(`/agent/check/pass/${id}?note=two`);
    expect(await check()).toMatchObject({ Status: 'passing', Output: 'two' });
  });

  it('is cut, at 4 KB or at what the check may say', async () => {
    await register({ Name: id, TTL: '1h' });
    await consul.put(`/agent/check/update/${id}`, { Status: 'passing', Output: 'x'.repeat(5_000) });
    expect((await check())?.Output).toBe(`${'x'.repeat(4_096)} ... (captured 4096 of 5000 bytes)`);
    await register({ Name: id, TTL: '1h', OutputMaxSize: 10 });
    await consul.put(`/agent/check/pass/${id}?note=12345678901234`);
    expect((await check())?.Output).toBe('1234567890 ... (captured 10 of 14 bytes)');
  });

  it('that does not come makes the check critical', async () => {
    await register({ Name: id, TTL: '200ms', Status: 'passing' });
    await consul.put(`/agent/check/pass/${id}?note=well`);
    while ((await check())?.Status === 'passing') await consul.get('/status/leader');
    expect(await check()).toMatchObject({ Status: 'critical', Output: 'TTL expired (last output before timeout follows): well' });
    await consul.put(`/agent/check/pass/${id}?note=back`);
    expect(await check()).toMatchObject({ Status: 'passing', Output: 'back' });
  });

  const unknown = (name: string) => `Unknown check ID "${name}". Ensure that the check ID is passed, not the check name.`;
  it.each([
    ['PUT', '/agent/check/pass/none', undefined, 404, unknown('none')],
    ['PUT', '/agent/check/warn/a%2Fb', undefined, 404, unknown('a/b')],
    ['PUT', '/agent/check/fail/', undefined, 404, unknown('')],
    ['PUT', '/agent/check/pass/serfHealth', undefined, 404, unknown('serfHealth')],
    ['GET', '/agent/check/pass/none', undefined, 405, 'method GET not allowed'],
    ['POST', '/agent/check/pass/none', undefined, 405, 'method POST not allowed'],
    ['PUT', '/agent/check/update/none', undefined, 400, 'Request decode failed: EOF'],
    ['PUT', '/agent/check/update/none', {}, 400, "Invalid check status: ''"],
    ['PUT', '/agent/check/update/none', 'null', 400, "Invalid check status: ''"],
    ['PUT', '/agent/check/update/none', { Status: 'x' }, 400, "Invalid check status: 'x'"],
    ['PUT', '/agent/check/update/none', { Status: 'passing', Note: 1 }, 400, 'Request decode failed: json: unknown field "Note"'],
    [
      'PUT',
      '/agent/check/update/none',
      [],
      400,
      'Request decode failed: json: cannot unmarshal array into Go value of type agent.checkUpdate',
    ],
    [
      'PUT',
      '/agent/check/update/none',
      { Status: 1 },
      400,
      'Request decode failed: json: cannot unmarshal number into Go struct field checkUpdate.Status of type string',
    ],
    ['PUT', '/agent/check/update/none', { Status: 'passing' }, 404, unknown('none')],
    ['PUT', '/agent/check/deregister/none', undefined, 404, unknown('none')],
    ['PUT', '/agent/check/deregister/', undefined, 404, unknown('')],
  ])('%s %s with %j is %i', async (method, path, body, status, text) => {
    const answer = await consul.ask(method, path, { body });
    expect([answer.status, answer.text]).toEqual([status, text]);
  });

  it('of a check that is no TTL check is refused', async () => {
    await register({ Name: id, TCP: '127.0.0.1:1', Interval: '1h' });
    const { status, text } = await consul.put(`/agent/check/pass/${id}`);
    expect([status, text]).toEqual([500, `CheckID "${id}" does not have associated TTL`]);
  });
});

describe('checks that are there', () => {
  it('go one by one', async () => {
    await register({ Name: id, TTL: '1h' });
    expect(await consul.put(`/agent/check/deregister/${id}`)).toMatchObject({ status: 200, text: '' });
    expect(await check()).toBeUndefined();
  });

  it.each([
    ['Nope == 1', 'Selector "Nope" is not valid'],
    ['Status is empty', 'Invalid match operator "Is Empty" for selector "Status"'],
    [
      'CheckID in',
      'Failed to create boolean expression evaluator: 1:11 (10): no match found, expected: "!=", "(", "-", "0", "==", "\\"", "`", "contains", "in", "is", "matches", "not", [ \\t\\r\\n], [1-9] or [a-zA-Z]',
    ],
  ])('are not found by the filter %s', async (filter, text) => {
    await register({ Name: id, TTL: '1h' });
    const answer = await consul.get(`/agent/checks?filter=${encodeURIComponent(filter)}`);
    expect([answer.status, answer.text.slice(0, 60)]).toEqual([500, text.slice(0, 60)]);
  });
});

describe('an alias check', () => {
  const told = async (Status: string) => {
    while ((await check(`${id}-alias`))?.Status !== Status) await consul.get('/status/leader');
    return (await check(`${id}-alias`))?.Output;
  };

  it('is as healthy as the service that it stands for, also when that comes and goes', async () => {
    const service = { Name: `${id}-svc`, Check: { CheckID: id, Name: 'own', TTL: '1h', Status: 'passing' } };
    await consul.put('/agent/service/register', service);
    const alias = { CheckID: `${id}-alias`, AliasService: `${id}-svc` };
    await consul.put('/agent/service/register', { Name: `${id}-stand`, Checks: [alias] });
    expect(await told('passing')).toBe('All checks passing.');
    expect(await check(`${id}-alias`)).toMatchObject({ Type: 'alias', Interval: '', ServiceID: `${id}-stand` });
    await consul.put(`/agent/check/warn/${id}?note=hot`);
    expect(await told('warning')).toBe('Aliased check "own" failing: hot');
    await consul.put(`/agent/check/fail/${id}?note=cold`);
    expect(await told('critical')).toBe('Aliased check "own" failing: cold');
    await consul.put(`/agent/check/pass/${id}`);
    expect(await told('passing')).toBe('All checks passing.');
    await consul.put(`/agent/service/maintenance/${id}-svc?enable=true`);
    expect(await told('critical')).toBe('Aliased check "Service Maintenance Mode" failing: ');
    await consul.put(`/agent/service/deregister/${id}-stand`);
  });

  it('is critical while there is no such service', async () => {
    await consul.put('/agent/service/register', { Name: `${id}-svc`, Checks: [{ CheckID: `${id}-alias`, AliasService: 'none' }] });
    const found = async () => (await check(`${id}-alias`))?.Output;
    while ((await found()) === '') await consul.get('/status/leader');
    expect(await found()).toBe('Service none could not be found on node ');
  });
});
