import { ConfigModule, loadConfig } from '@app/config';
import { HealthRegistry, healthRegistry } from '@app/telemetry';
import { findFreePort, startRedis, type TestServer, waitFor } from '@app/testing';
import { type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { duplicateForBlocking, getRedisToken, isRedisConnectionError, type RedisClient, RedisModule } from '@app/redis';
import { checkServerSettings } from '../src/server-settings.js';

async function startApp(environment: Record<string, string>): Promise<INestApplicationContext> {
  const store = await loadConfig('trial', { environment, kv: false });
  @Module({
    imports: [ConfigModule.forRoot(store), RedisModule.forRoot({ use: 'default' }), RedisModule.forRoot({ use: 'stream' })],
    providers: [{ provide: HealthRegistry, useValue: healthRegistry }],
  })
  class TrialModule {}
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest types its options as a class that it does not export
  return await NestFactory.createApplicationContext(TrialModule, { logger: false, abortOnError: false });
}

const states = async () => {
  const { checks } = await healthRegistry.report();
  return [checks.redis?.status, checks['redis-stream']?.status];
};

describe(RedisModule.name, () => {
  let server: TestServer;
  let app: INestApplicationContext;
  let client: RedisClient;

  beforeAll(async () => {
    server = await startRedis({ dedicated: true, durable: true });
    await server.stop();
    const starting = startApp({ REDIS_URL: server.url, STREAM_REDIS_URL: `${server.url}/1`, REDIS_COMMAND_TIMEOUT_MS: '500' });
    server = await startRedis({ dedicated: true, durable: true, port: server.port, keep: server });
    app = await starting;
    client = app.get<RedisClient>(getRedisToken());
  });
  afterAll(async () => {
    await app.close();
    await server.stop();
  });

  it('starts before Redis does and opens one client per use, each with its own address', async () => {
    const stream = app.get<RedisClient>(getRedisToken('stream'));
    await client.set('where', 'default');
    await expect(stream.get('where')).resolves.toBeNull();
    await expect(states()).resolves.toEqual(['up', 'up']);
  });

  it('ends a command that is not answered, and no blocking read on a connection of its own', async () => {
    const blocking = duplicateForBlocking(client);
    const waiting = blocking.blpop('list', 2);
    const error: unknown = await client.blpop('other list', 2).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ message: 'Command timed out' });
    expect(isRedisConnectionError(error)).toBe(true);
    await expect(waiting).resolves.toBeNull();
    blocking.disconnect();
  });

  it('is down while Redis is away, and well again with the acknowledged data after a crash', async () => {
    await client.set('acknowledged', 'yes');
    await server.kill();
    await expect(states()).resolves.toEqual(['down', 'down']);
    await expect(client.set('lost', 'yes')).rejects.toThrow();
    server = await startRedis({ dedicated: true, durable: true, port: server.port, keep: server });
    await waitFor(async () => (await states()).every((state) => state === 'up'), { timeoutMs: 20_000 });
    await expect(client.mget('acknowledged', 'lost')).resolves.toEqual(['yes', null]);
  });

  it('finds nothing to warn of on a server with the right settings', async () => {
    await expect(checkServerSettings(client)).resolves.toEqual([]);
  });

  it('warns of each setting that loses data, by its name', async () => {
    const weak = await startRedis({ dedicated: true });
    const other = await startApp({ REDIS_URL: weak.url });
    const weakClient = other.get<RedisClient>(getRedisToken());
    await weakClient.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await expect(checkServerSettings(weakClient)).resolves.toEqual(['appendonly', 'maxmemory-policy']);
    await other.close();
    await weak.stop();
  });

  it('gives up in the end, and says why', async () => {
    const url = `redis://:secret@127.0.0.1:${await findFreePort()}`;
    const error = await startApp({ REDIS_URL: url, REDIS_START_TIMEOUT_MS: '1000', REDIS_STREAM_START_TIMEOUT_MS: '1000' }).catch(
      (reason: unknown) => reason,
    );
    expect(String(error)).toMatch(/Redis could not be used within 1 s: .*ECONNREFUSED/);
    expect(String(error)).not.toContain('secret');
  });
});
