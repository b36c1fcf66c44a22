import { startRedis as startServer } from '@app/engines';
import { Redis } from 'ioredis';
import { askRun } from './run-client.js';
import { type ServerKind, type StartServerOptions, startTestServer, type TestServer } from './test-server.js';

const REDIS: ServerKind = {
  name: 'redis',
  start: startServer,
  toUrl: (port, password) => `redis://:${password}@127.0.0.1:${port}`,
};

/**
 * Starts Redis, or gives the one that this test run shares: see {@link freshRedis} for a database of one's own in it. Its `url` is
 * `redis://:...@127.0.0.1:port`.
 */
export function startRedis(options: StartServerOptions = {}): Promise<TestServer> {
  return startTestServer(REDIS, options);
}

/**
 * An empty database of the shared Redis, nobody else's in this run; its `url` names it. Pub/sub channels are the whole server's: a
 * test that minds starts a dedicated one.
 */
export async function freshRedis(): Promise<TestServer> {
  const server = await startRedis();
  const { database } = await askRun<{ database: number }>('redis-database');
  const url = `${server.url}/${database}`;
  const client = new Redis(url, { maxRetriesPerRequest: 1 });
  await client.flushdb();
  client.disconnect();
  return { ...server, url };
}
