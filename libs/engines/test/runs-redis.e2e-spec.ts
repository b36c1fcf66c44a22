import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { EngineError, findRedisServer, type ManagedServer, startRedis } from '@app/engines';
import { makeFolder, redisOptions } from './support.js';

describe('startRedis', () => {
  let folder: string;
  let remove: () => Promise<void>;
  let server: ManagedServer | undefined;

  beforeEach(async () => {
    ({ folder, remove } = await makeFolder());
  });
  afterEach(async () => {
    await server?.stop();
    server = undefined;
    await remove();
  });

  const ask = async <T>(port: number, what: (client: Redis) => Promise<T>, password = 'secret'): Promise<T> => {
    const client = new Redis({ port, host: '127.0.0.1', password, maxRetriesPerRequest: 0, retryStrategy: null });
    client.on('error', () => undefined);
    try {
      return await what(client);
    } finally {
      client.disconnect();
    }
  };

  it('loses nothing that it acknowledged, even when it is killed', async () => {
    const options = await redisOptions(folder);
    server = await startRedis(options);
    await ask(options.port, async (client) => {
      await client.set('acknowledged', 'yes');
    });
    await server.kill();
    server = await startRedis(options);
    await expect(ask(options.port, (client) => client.get('acknowledged'))).resolves.toBe('yes');
  });

  it('never evicts, writes every command to disk, and lets nobody in without the password', async () => {
    const options = await redisOptions(folder);
    server = await startRedis(options);
    const settings = ['appendonly', 'appendfsync', 'maxmemory-policy', 'bind'];
    const values = await ask(options.port, (client) => Promise.all(settings.map((name) => client.config('GET', name))));
    expect(values).toEqual([
      ['appendonly', 'yes'],
      ['appendfsync', 'always'],
      ['maxmemory-policy', 'noeviction'],
      ['bind', '127.0.0.1'],
    ]);
    await expect(ask(options.port, (client) => client.ping(), 'wrong')).rejects.toThrow();
  });

  it('refuses damaged data, and names the folder', async () => {
    const options = await redisOptions(folder);
    server = await startRedis(options);
    await ask(options.port, (client) => client.set('key', 'value'));
    await server.stop();
    const base = join(options.dataDir, 'appendonlydir/appendonly.aof.1.base.rdb');
    await writeFile(base, 'REDIS0011 nonsense');
    const outcome: unknown = await startRedis(options).catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(EngineError);
    expect(outcome).toMatchObject({ code: 'broken-data', message: expect.stringContaining(options.dataDir) as string });
  });

  it('refuses a password that its configuration cannot hold', async () => {
    await expect(startRedis({ ...(await redisOptions(folder)), password: 'a "quoted" one' })).rejects.toMatchObject({
      code: 'start-failed',
    });
  });

  it('finds the program on PATH, or not', async () => {
    await expect(findRedisServer()).resolves.toMatchObject({ version: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string });
    await expect(findRedisServer(folder)).resolves.toBeUndefined();
    const tooOld = join(folder, 'redis-server');
    await writeFile(tooOld, '#!/bin/sh\necho "Redis server v=5.0.14 sha=0"\n', { mode: 0o755 });
    await expect(findRedisServer(folder)).resolves.toBeUndefined();
    await rm(tooOld);
  });
});
