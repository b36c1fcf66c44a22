import { findFreePort } from '@app/testing';
import { compile, startTinyService, type TinyService } from './tiny-service.js';

/** A process of Node.js with all of Nest takes a while to start where others work too. */
describe('a service serves its management paths', () => {
  let service: TinyService;

  beforeAll(async () => {
    await compile();
    service = await startTinyService();
  });

  afterAll(async () => {
    service.child.kill('SIGTERM');
    await service.exited;
  });

  it('/health/live says up', async () => {
    const response = await fetch(`${service.url}/health/live`);
    expect([response.status, await response.json()]).toEqual([200, { status: 'up' }]);
  });

  it('/health/ready shows each check; a registry that is away degrades it and leaves it up', async () => {
    const response = await fetch(`${service.url}/health/ready`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      status: 'up',
      checks: { config: { status: 'degraded' }, discovery: { status: 'degraded' } },
    });
  });

  it('/metrics counts requests by route, not by path, answers written by hand too', async () => {
    for (const id of [1, 2, 3]) await fetch(`${service.url}/items/${id}`);
    expect((await fetch(`${service.url}/hijacked`)).status).toBe(202);
    const response = await fetch(`${service.url}/metrics`);
    const text = await response.text();
    expect(response.headers.get('content-type')).toContain('text/plain');
    expect(text).toContain('http_server_request_duration_seconds_count{method="GET",route="/items/:id",status="200"} 3');
    expect(text).toContain('http_server_request_duration_seconds_count{method="GET",route="/hijacked",status="202"} 1');
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
  });

  it('/openapi.json shows the shapes of the schemas', async () => {
    const document = (await (await fetch(`${service.url}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, Record<string, unknown>>>;
    };
    const { post } = document.paths['/echo']!;
    expect(post).toMatchObject({
      requestBody: { content: { 'application/json': { schema: { required: ['axles'], properties: { axles: { type: 'integer' } } } } } },
      responses: { '201': { description: 'The same' }, default: { content: { 'application/problem+json': {} } } },
    });
    expect(document.paths['/list']!.get!.parameters).toEqual([
      expect.objectContaining({ name: 'size', in: 'query', required: false, schema: expect.objectContaining({ maximum: 100 }) as object }),
    ]);
    expect(document.paths['/items/{id}']!.get!.parameters).toEqual([
      expect.objectContaining({ name: 'id', in: 'path', required: true, schema: expect.objectContaining({ pattern: '^\\d+$' }) as object }),
    ]);
    expect(Object.keys(document.paths)).not.toContain('/metrics');
  });

  it('on a loopback port of their own where the world reaches the service', async () => {
    const managementPort = await findFreePort();
    const apart = await startTinyService({ TINY_MANAGEMENT: 'apart', MANAGEMENT_PORT: String(managementPort) });
    for (const path of ['/health/live', '/health/ready', '/metrics', '/openapi.json']) {
      expect((await fetch(apart.url + path)).status).toBe(404);
      expect((await fetch(`http://127.0.0.1:${managementPort}${path}`)).status).toBe(200);
    }
    apart.child.kill('SIGTERM');
    expect(await apart.exited).toBe(0);
  });
});
