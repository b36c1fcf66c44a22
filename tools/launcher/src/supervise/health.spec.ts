import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { askReady, describeChecks, describeLacks } from './health.ts';

describe(askReady.name, () => {
  let server: Server;
  let port: number;
  let status: number;

  beforeEach(async () => {
    server = createServer((request, response) => {
      response.writeHead(request.url === '/health/ready' ? status : 404);
      const postgres = status === 200 ? { status: 'up' } : { status: 'down', detail: 'refused' };
      response.end(JSON.stringify({ checks: { postgres, config: { status: 'degraded', detail: 'refused: gateway.port' } } }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });

  afterEach(() => server.close());

  it('is ready on 200 alone, and says which check is down, or degraded although it is ready', async () => {
    status = 200;
    await expect(askReady(port)).resolves.toEqual({
      ready: true,
      answered: true,
      detail: 'config degraded (refused: gateway.port)',
    });
    status = 503;
    await expect(askReady(port)).resolves.toEqual({ ready: false, answered: true, detail: 'postgres down (refused)' });
  });

  it('is not ready when the service dies in the middle of its answer', async () => {
    server.removeAllListeners('request').on('request', (_request, response: ServerResponse) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"status":', () => response.destroy());
    });
    await expect(askReady(port)).resolves.toEqual({ ready: false, answered: true, detail: 'its answer broke off' });
  });

  it('is not ready where nobody listens', async () => {
    await new Promise((resolve) => server.close(resolve));
    await expect(askReady(port)).resolves.toMatchObject({ ready: false, answered: false });
  });
});

describe(describeChecks.name, () => {
  it('makes something of any answer', () => {
    for (const body of ['<html>', 'null', '{}', '{"checks":{"redis":null}}', '[1]']) expect(describeChecks(body)).toBe('not ready');
  });
});

describe(describeLacks.name, () => {
  it('is empty when every check is up, and makes nothing of what it does not know', () => {
    for (const body of ['<html>', '{"checks":{"redis":null}}', '{"checks":{"redis":{"status":"up"}}}'])
      expect(describeLacks(body)).toBe('');
  });
});
