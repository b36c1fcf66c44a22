import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { findFreePort, startRedis as startServer } from '@app/engines';
import { Redis } from 'ioredis';
import { askRun, runFolder } from './run-client.js';
import type { SharedServer } from './run-host.js';

/** How a Redis for tests is started. */
export interface StartRedisOptions {
  /** A server of one's own, which may be stopped and killed; otherwise the one that the run shares. */
  dedicated?: boolean;
  /** Of a dedicated server: whether what it acknowledged is on disk. No unless said. */
  durable?: boolean;
  /** Of a dedicated server: its port, to start it again where it was. */
  port?: number;
  /** Of a dedicated server: its data folder and password, to start it again with its data. */
  keep?: Pick<TestRedis, 'dataDir' | 'password'>;
}

/** A running Redis. */
export interface TestRedis {
  /** `redis://:...@127.0.0.1:port`, with `/database` from {@link freshRedis}. */
  url: string;
  port: number;
  password: string;
  /** Empty when shared. */
  dataDir: string;
  /** Stops a dedicated server; a shared one lasts as long as the run. */
  stop: () => Promise<void>;
  /** SIGKILL to a dedicated server; resolves once it is gone. */
  kill: () => Promise<void>;
}

/** Starts Redis, or gives the one that this test run shares: see {@link freshRedis} for a database of one's own in it. */
export async function startRedis(options: StartRedisOptions = {}): Promise<TestRedis> {
  if (options.dedicated !== true) {
    const { port, password } = await askRun<SharedServer>('redis');
    const nothing = () => Promise.resolve();
    return { url: toUrl(port, password), port, password, dataDir: '', stop: nothing, kill: nothing };
  }
  const password = options.keep?.password ?? randomBytes(12).toString('hex');
  const dataDir = options.keep?.dataDir ?? join(await mkdtemp(join(await runFolder(), 'redis-')), 'data');
  const server = await startServer({ dataDir, port: options.port ?? (await findFreePort()), password, durable: options.durable ?? false });
  server.unref();
  return {
    url: toUrl(server.port, password),
    port: server.port,
    password,
    dataDir,
    stop: () => server.stop(),
    kill: () => server.kill(),
  };
}

/**
 * An empty database of the shared Redis, nobody else's in this run. Pub/sub channels are the whole server's: a test that minds
 * starts a dedicated one.
 */
export async function freshRedis(): Promise<TestRedis> {
  const server = await startRedis();
  const { database } = await askRun<{ database: number }>('redis-database');
  const url = `${server.url}/${database}`;
  const client = new Redis(url, { maxRetriesPerRequest: 1 });
  await client.flushdb();
  client.disconnect();
  return { ...server, url };
}

function toUrl(port: number, password: string): string {
  return `redis://:${password}@127.0.0.1:${port}`;
}
