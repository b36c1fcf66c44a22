import { once } from 'node:events';
import { createServer } from 'node:net';
import { waitFor } from '@app/testing';
import { compile, type FakeConsul, startFakeConsul, startTinyService, type TinyService } from './tiny-service.js';

/** A process of Node.js with all of Nest takes a while to start where others work too. */
describe('a service lives and ends as a process', () => {
  let consul: FakeConsul;
  const started: TinyService[] = [];

  beforeAll(async () => {
    await compile();
    consul = await startFakeConsul();
  });

  afterAll(() => consul.close());

  afterEach(async () => {
    for (const { child, exited } of started.splice(0)) {
      child.kill('SIGKILL');
      await exited;
    }
    consul.calls.length = 0;
    consul.registrations.length = 0;
  });

  async function start(env: Record<string, string> = {}): Promise<TinyService> {
    const service = await startTinyService({ CONSUL_HTTP_ADDR: consul.url, ...env });
    started.push(service);
    return service;
  }

  it('registers itself once it is ready, as exposed', async () => {
    const { port } = await start({ SERVICE_ADDRESS: '10.1.2.3' });
    await waitFor(() => consul.registrations.length === 1);
    expect(consul.registrations[0]).toMatchObject({
      Name: 'system',
      ID: `system-10.1.2.3-${port}`,
      Address: '10.1.2.3',
      Port: port,
      Meta: { 'gateway-expose': 'true' },
    });
  });

  it('on SIGTERM leaves the registry, finishes what it is doing and exits with 0', async () => {
    const service = await start();
    await waitFor(() => consul.registrations.length === 1);
    const answer = fetch(`${service.url}/slow`);
    await service.said('slow request begun');
    service.child.kill('SIGTERM');
    const response = await answer;
    expect([response.status, await response.json()]).toEqual([200, { done: true }]);
    expect(await service.exited).toBe(0);
    const id = `system-127.0.0.1-${service.port}`;
    expect(consul.calls.slice(-2)).toEqual([`PUT /v1/agent/service/maintenance/${id}`, `PUT /v1/agent/service/deregister/${id}`]);
    await expect(fetch(`${service.url}/health/live`)).rejects.toThrow();
    expect(service.log()).not.toMatch(/Failed:|Gave up|cut off/);
  });

  it('cuts off what does not end within the bound, and says so', async () => {
    const service = await start({ SERVER_DRAIN_MS: '300' });
    const answer = fetch(`${service.url}/endless`).catch((error: unknown) => error);
    await service.said('endless request begun');
    service.child.kill('SIGTERM');
    expect(await service.exited).toBe(0);
    expect(await answer).toMatchObject({ message: 'fetch failed' });
    expect(service.log()).toContain('"unfinished":1');
  });

  it('exits at once on a second signal', async () => {
    const service = await start();
    void fetch(`${service.url}/endless`).catch(() => undefined);
    await service.said('endless request begun');
    service.child.kill('SIGTERM');
    await waitFor(() => service.log().includes('Shutting down'));
    service.child.kill('SIGINT');
    expect(await service.exited).toBe(1);
  });

  it('ends when the launcher that supervises it is gone', async () => {
    const service = await start({ SUPERVISED: '1' });
    service.child.disconnect();
    expect(await service.exited).toBe(0);
    expect(service.log()).toContain('launcher gone');
  });

  it('goes on without a launcher when it is not supervised', async () => {
    const service = await start();
    service.child.disconnect();
    expect((await fetch(`${service.url}/list`)).status).toBe(200);
    expect(service.child.exitCode).toBeNull();
  });

  it('logs an error that nobody caught and exits with 1', async () => {
    const service = await start();
    await fetch(`${service.url}/crash`).catch(() => undefined);
    expect(await service.exited).toBe(1);
    expect(service.log()).toContain('nobody catches this');
  });

  it('says in one sentence that its port is taken and exits with 1', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const service = await start({ SERVICE_PORT: String(port) });
    expect(await service.exited).toBe(1);
    expect(service.log()).toContain(`Port ${port} on 127.0.0.1 is taken by another program`);
    other.close();
  });

  it('names every bad setting and exits with 78, EX_CONFIG', async () => {
    const service = await start({ SERVICE_PORT: '99999', SERVER_BODY_LIMIT: 'much' });
    expect(await service.exited).toBe(78);
    expect(service.log()).toContain('server.port (environment SERVICE_PORT)');
    expect(service.log()).toContain('server.bodyLimit (environment SERVER_BODY_LIMIT)');
  });
});
