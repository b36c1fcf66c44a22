import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVICE_NAMES } from '@app/contracts';
import { findFreePort, startPostgres, startRedis, startService, type TestServer, type TestService } from '@app/testing';
import type { Credentials } from '../src/commands/credentials.ts';
import type { PlatformStatus } from '../src/control/protocol.ts';
import { type Ports, portsAt } from '../src/platform/ports.ts';
import { eventually, findFreeOffset, npm, type Outcome, run } from './support/launcher.ts';

describe('a platform beside a PostgreSQL, a Redis, a Consul and a Zipkin that run already', () => {
  let parent: string;
  let data: string;
  let ports: Ports;
  let postgres: TestServer;
  let redis: TestServer;
  let agent: TestService;
  let consul: string;
  let zipkin: string;
  let started: Outcome;

  const show = async (command: string) =>
    JSON.parse((await npm('run', '--silent', command, '--', '--json', '--data', data)).stdout) as unknown;

  beforeAll(async () => {
    parent = await mkdtemp(join(tmpdir(), 'causeway-external-'));
    data = join(parent, 'data');
    const offset = await findFreeOffset();
    ports = portsAt(offset);
    [postgres, redis] = await Promise.all([startPostgres({ dedicated: true }), startRedis({ dedicated: true })]);
    const [consulPort, zipkinPort] = [await findFreePort(), await findFreePort()];
    [consul, zipkin] = [`http://127.0.0.1:${consulPort}`, `http://127.0.0.1:${zipkinPort}`];
    agent = await startService('registry', {
      CONSUL_PORT: String(consulPort),
      ZIPKIN_PORT: String(zipkinPort),
      CONSUL_HTTP_ADDR: consul,
      REGISTRY_DATA_DIR: join(parent, 'agent'),
    });
    started = await run(['npm', 'start', '--', '--detach', '--no-feed', '--data', data, '--port-offset', String(offset)], {
      DATABASE_URL: postgres.url,
      REDIS_URL: redis.url,
      CONSUL_HTTP_ADDR: consul,
      ZIPKIN_URL: zipkin,
    });
  }, 180_000);

  afterAll(async () => {
    await npm('stop', '--', '--data', data);
    await Promise.all([postgres.stop(), redis.stop(), agent.stop()]);
    await rm(parent, { recursive: true });
  });

  it('starts its services, none of those servers, and says so', async () => {
    expect(started).toMatchObject({ code: 0 });
    const { parts } = (await show('status')) as PlatformStatus;
    expect(parts.map(({ name, state }) => [name, state]).sort()).toEqual(SERVICE_NAMES.map((name) => [name, 'healthy']).sort());
    for (const port of [ports.postgres, ports.redis, ports.consul, ports.zipkin]) await expect(isOpen(port)).resolves.toBe(false);
  });

  it('names them in its credentials', async () => {
    const { services, database, redis: redisUrl } = (await show('credentials')) as Credentials;
    expect(services).toMatchObject({ consul, zipkin });
    expect([database, redisUrl]).toEqual([postgres.url, redis.url]);
  });

  it('registers every service with that Consul, healthy', async () => {
    for (const name of SERVICE_NAMES) {
      await eventually(`${name} passes there`, async () => {
        const answer = await fetch(`${consul}/v1/health/service/${name}?passing=true`);
        const instances = (await answer.json()) as { Service: { Port: number } }[];
        return instances.some(({ Service }) => Service.Port === ports[name]) ? true : undefined;
      });
    }
  });

  it('reports its spans to that Zipkin', async () => {
    await fetch(`http://127.0.0.1:${ports.gateway}/api/system/areas`);
    await eventually('a span of gateway is there', async () => {
      const names = (await (await fetch(`${zipkin}/api/v2/services`)).json()) as string[];
      return names.includes('gateway') ? true : undefined;
    });
  });
});

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
