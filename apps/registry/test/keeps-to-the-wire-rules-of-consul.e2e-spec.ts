import { request } from 'node:http';
import { type RegistryProcess, startRegistry } from './registry-process.js';

describe('the agent keeps to the wire rules of Consul', () => {
  let registry: RegistryProcess;

  beforeAll(async () => {
    registry = await startRegistry();
  });

  afterAll(() => registry.stop());

  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${registry.consul}/v1${path}`, init);
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const put = (path: string, body?: unknown) =>
    ask(path, { method: 'PUT', body: typeof body === 'string' || body === undefined ? body : JSON.stringify(body) });

  it('a missing key is 404 with an empty body and an index', async () => {
    const { status, headers, text } = await ask('/kv/none');
    expect([status, text, headers.get('x-consul-knownleader'), headers.get('x-consul-lastcontact')]).toEqual([404, '', 'true', '0']);
    expect(Number(headers.get('x-consul-index'))).toBeGreaterThan(0);
  });

  it('raw values come as text that no browser runs', async () => {
    await put('/kv/raw', '<b>');
    const { headers, text } = await ask('/kv/raw?raw');
    expect([text, headers.get('content-type'), headers.get('x-content-type-options'), headers.get('content-security-policy')]).toEqual([
      '<b>',
      'text/plain; charset=utf-8',
      'nosniff',
      'sandbox',
    ]);
  });

  it('indents what is asked for pretty, up to a length that keeps nobody waiting', async () => {
    await put('/kv/pretty/a', 'x');
    expect((await ask('/kv/pretty/?recurse&pretty')).text).toMatch(/^\[\n {4}\{\n {8}"LockIndex": 0,/);
    for (const key of ['b', 'c', 'd']) await put(`/kv/pretty/${key}`, 'x'.repeat(400 * 1024));
    expect((await ask('/kv/pretty/?recurse&pretty')).text).toBe((await ask('/kv/pretty/?recurse')).text);
  });

  it('an empty value is null, and bytes come back as they were', async () => {
    await put('/kv/empty');
    expect(JSON.parse((await ask('/kv/empty')).text)).toMatchObject([{ Value: null }]);
    const bytes = new Uint8Array([0, 255, 10, 128]);
    await ask('/kv/bytes', { method: 'PUT', body: bytes });
    const response = await fetch(`${registry.consul}/v1/kv/bytes?raw`);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
  });

  it('takes 512 KB and refuses one byte more, announced or chunked', async () => {
    const limit = 512 * 1024;
    expect((await put('/kv/big', 'x'.repeat(limit))).text).toBe('true');
    const { status, text } = await put('/kv/big', 'x'.repeat(limit + 1));
    expect([status, text]).toEqual([413, expect.stringMatching(/^Request body\(524289 bytes\) too large, max size: 524288 bytes\. See /)]);
    const stream = new Blob(['x'.repeat(limit + 1)]).stream();
    expect(await ask('/kv/big', { method: 'PUT', body: stream, duplex: 'half' })).toMatchObject({ status: 413 });
  });

  it.each([
    ['GET', '/kv/', 400, 'Missing key name'],
    ['PUT', '/kv/', 400, 'Missing key name'],
    ['PUT', '/kv/a?cas=1&acquire=s', 400, 'Conflicting flags: acquire=s&cas=1\n'],
    ['DELETE', '/kv/a?recurse&cas=1', 400, 'Conflicting flags: cas=1&recurse=\n'],
    ['GET', '/kv/a?index=x', 400, 'Invalid index'],
    ['GET', '/kv/a?wait=soon', 400, 'Invalid wait time'],
    ['GET', '/kv/a?stale&consistent', 400, 'Cannot specify ?stale with ?consistent, conflicting semantics.'],
    ['GET', '/kv/a?dc=moon', 500, 'No path to datacenter'],
    ['POST', '/kv/a', 405, 'method POST not allowed'],
    ['GET', '/nothing', 404, 'Invalid URL path: not a recognized HTTP API endpoint\n'],
    ['GET', '/health/service/', 400, 'Missing service name'],
    ['GET', '/health/service/web?passing=perhaps', 400, 'Invalid value for ?passing'],
    ['PUT', '/agent/service/maintenance/x', 400, 'Missing value for enable'],
    ['PUT', '/agent/service/maintenance/x?enable=maybe', 400, 'Invalid value for enable: "maybe"'],
    ['PUT', '/agent/check/pass/none', 404, 'Unknown check ID "none". Ensure that the check ID is passed, not the check name.'],
    [
      'PUT',
      '/agent/service/maintenance/x?enable=true',
      404,
      'Unknown service ID "x". Ensure that the service ID is passed, not the service name.',
    ],
  ])('%s %s is %d %s', async (method, path, status, text) => {
    const answer = await ask(path, { method });
    expect(answer).toMatchObject({ status, text });
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  });

  it.each([
    [{}, 'Missing service name'],
    [{ Name: 'a', Address: '0.0.0.0' }, 'Invalid service address'],
    [{ Name: 'a', Check: { TTL: 'soon' } }, 'Request decode failed: time: invalid duration "soon"'],
    [{ Name: 'a', Check: { Name: 'x' } }, 'Invalid check: TTL must be > 0 for TTL checks'],
    [{ Name: 'a', Check: { HTTP: 'http://x' } }, expect.stringContaining('Interval must be > 0') as unknown],
    [{ Name: 'a', Check: { TTL: '1s', Status: 'fine' } }, "Status for checks must 'passing', 'warning', 'critical'"],
    [{ Name: 'a', Tags: 'x' }, 'Request decode failed: json: cannot unmarshal string into Go struct field .Alias.Tags of type []string'],
    ['{"Name":', expect.stringMatching(/^Request decode failed: /) as unknown],
  ])('refuses the registration %j', async (body, text: unknown) => {
    expect(await put('/agent/service/register', body)).toMatchObject({ status: 400, text });
  });

  it('reads bodies in camel case and snake case, with checks full of nulls', async () => {
    const check = { ttl: '30s', args: null, http: '', header: {}, deregister_critical_service_after: '90s', status: 'passing' };
    const body = {
      name: 'snake',
      id: 's-1',
      address: '127.0.0.1',
      port: 1,
      enable_tag_override: true,
      checks: [check],
      tags: null,
      meta: null,
    };
    expect(await put('/agent/service/register', body)).toMatchObject({ status: 200, text: '' });
    const services = JSON.parse((await ask('/agent/services')).text) as Record<string, unknown>;
    expect(services['s-1']).toMatchObject({
      EnableTagOverride: true,
      Tags: [],
      Meta: {},
      TaggedAddresses: { lan_ipv4: { Address: '127.0.0.1', Port: 1 } },
    });
    expect(JSON.parse((await ask('/health/service/snake?passing=true')).text)).toHaveLength(1);
  });

  it('?passing=false is no filter', async () => {
    await put('/agent/service/register', { Name: 'sick', Check: { TTL: '60s' } });
    expect(JSON.parse((await ask('/health/service/sick?passing=false')).text)).toHaveLength(1);
    expect(JSON.parse((await ask('/health/service/sick?passing')).text)).toHaveLength(0);
  });

  it('answers a client that offers HTTP/2 on every request in HTTP/1.1', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAEAAEAAAAIAAAAB', 'x-consul-token': '' };
      request(`${registry.consul}/v1/status/leader`, { headers }, (response) => resolve(response.statusCode))
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
  });

  it('answers clients by whatever name they come, and no browser that a site has sent here by its own name', async () => {
    const statusOf = (headers: Record<string, string>) =>
      new Promise<number | undefined>((resolve, reject) => {
        request(`${registry.consul}/v1/kv/?keys`, { headers }, (response) => resolve(response.resume().statusCode))
          .on('error', reject)
          .end();
      });
    expect(await statusOf({ host: 'consul.example:8500' })).toBe(200);
    expect(await statusOf({ host: 'consul:8500', 'accept-language': 'en' })).toBe(200);
    expect(await statusOf({ host: 'site.example:8500', 'accept-language': 'en' })).toBe(403);
    expect(await statusOf({ origin: 'http://site.example' })).toBe(403);
  });

  it('keys keep what is encoded in their path', async () => {
    await put('/kv/a%2Fb%20c::d', 'x');
    expect(JSON.parse((await ask('/kv/?keys')).text)).toContain('a/b c::d');
  });

  it('indents on request', async () => {
    expect((await ask('/catalog/datacenters?pretty')).text).toBe('[\n    "dc1"\n]\n');
  });
});
