import { gzipSync } from 'node:zlib';
import { type RegistryProcess, startRegistry } from './registry-process.js';

describe('the trace store answers the Zipkin API', () => {
  let registry: RegistryProcess;
  const traceId = '463ac35c9f6413ad48485a3953bb6124';
  const now = Date.now() * 1_000;
  const spans = [
    {
      traceId,
      id: 'a2fb4a1d1a96d312',
      kind: 'SERVER',
      name: 'GET /api',
      timestamp: now,
      duration: 5_000,
      localEndpoint: { serviceName: 'gateway' },
    },
    {
      traceId,
      id: 'b7ad6b7169203331',
      parentId: 'a2fb4a1d1a96d312',
      kind: 'SERVER',
      name: 'get /reports',
      timestamp: now + 100,
      duration: 4_000,
      localEndpoint: { serviceName: 'statistics' },
      tags: { 'http.status_code': '200' },
    },
  ];

  beforeAll(async () => {
    registry = await startRegistry();
  });

  afterAll(() => registry.stop());

  const post = (body: string | Buffer, headers: Record<string, string> = {}) =>
    fetch(`${registry.zipkin}/api/v2/spans`, {
      method: 'POST',
      body: body as string,
      headers: { 'content-type': 'application/json', ...headers },
    });
  const get = async (path: string) => {
    const response = await fetch(`${registry.zipkin}/api/v2${path}`);
    const text = await response.text();
    return { status: response.status, body: response.ok ? (JSON.parse(text) as unknown) : text };
  };

  it('takes spans, plain and gzip', async () => {
    expect((await post(JSON.stringify(spans.slice(0, 1)))).status).toBe(202);
    expect((await post(gzipSync(JSON.stringify(spans.slice(1))), { 'content-encoding': 'gzip' })).status).toBe(202);
  });

  it('finds the trace by its id of 128 bits and by the last 64 of them', async () => {
    const expected = spans.map((span) => ({ ...span, name: span.name.toLowerCase() }));
    expect(await get(`/trace/${traceId}`)).toEqual({ status: 200, body: expected });
    expect(await get(`/trace/${traceId.slice(16)}`)).toEqual({ status: 200, body: expected });
  });

  it('finds it by what is in it', async () => {
    expect((await get('/services')).body).toEqual(['gateway', 'statistics']);
    expect((await get('/spans?serviceName=gateway')).body).toEqual(['get /api']);
    expect((await get('/traces?serviceName=statistics&annotationQuery=http.status_code%3D200&minDuration=1000')).body).toHaveLength(1);
    expect((await get('/traces?serviceName=auth')).body).toEqual([]);
    expect((await get(`/dependencies?endTs=${Date.now() + 1_000}`)).body).toEqual([
      { parent: 'gateway', child: 'statistics', callCount: 1, errorCount: 0 },
    ]);
  });

  it.each([
    ['/trace/ffff', 404, '000000000000ffff not found'],
    ['/trace/xyz', 400, 'xyz should be lower-hex encoded with no prefix'],
    ['/traces?limit=no', 400, 'limit should be a whole number of at least 1'],
    ['/traces?maxDuration=5', 400, 'maxDuration is only valid with minDuration'],
    ['/traceMany?traceIds=abc', 400, 'traceIds parameter is empty or has only one id'],
    ['/dependencies', 400, 'endTs is required'],
  ])('%s is %d %s', async (path, status, body) => {
    expect(await get(path)).toEqual({ status, body });
  });

  it('refuses what it cannot read, and keeps nothing of it', async () => {
    expect((await post('[{"traceId":"1","id":"1"},{"traceId":"!"}]')).status).toBe(400);
    expect((await post('not gzip', { 'content-encoding': 'gzip' })).status).toBe(400);
    expect((await post('x', { 'content-type': 'application/x-protobuf' })).status).toBe(415);
    expect((await post(gzipSync(Buffer.alloc(21 * 1024 * 1024)), { 'content-encoding': 'gzip' })).status).toBe(413);
    expect((await get('/trace/1')).status).toBe(404);
  });
});
