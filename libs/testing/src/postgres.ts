import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { findFreePort, POSTGRES_SUPERUSER, startPostgres as startServer } from '@app/engines';
import { askRun, runFolder } from './run-client.js';
import type { SharedServer } from './run-host.js';

/** How a PostgreSQL for tests is started. */
export interface StartPostgresOptions {
  /** A server of one's own, which may be stopped and killed; otherwise the one that the run shares. */
  dedicated?: boolean;
  /** Of a dedicated server: whether it calls fsync. No unless said. */
  durable?: boolean;
  /** Of a dedicated server: its port, to start it again where it was. */
  port?: number;
  /** Of a dedicated server: its data folder and superuser's password, to start it again with its data. */
  keep?: Pick<TestPostgres, 'dataDir' | 'password'>;
}

/** A running PostgreSQL. */
export interface TestPostgres {
  /** `postgres://postgres:...@127.0.0.1:port/postgres`: the superuser's. */
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

/** Starts PostgreSQL, or gives the one that this test run shares. */
export async function startPostgres(options: StartPostgresOptions = {}): Promise<TestPostgres> {
  if (options.dedicated !== true) {
    const { port, password } = await askRun<SharedServer>('postgres');
    const nothing = () => Promise.resolve();
    return { url: toUrl(port, password), port, password, dataDir: '', stop: nothing, kill: nothing };
  }
  const password = options.keep?.password ?? randomBytes(12).toString('hex');
  const dataDir = options.keep?.dataDir ?? join(await mkdtemp(join(await runFolder(), 'postgres-')), 'data');
  const server = await startServer({
    dataDir,
    port: options.port ?? (await findFreePort()),
    superuserPassword: password,
    durable: options.durable ?? false,
  });
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

function toUrl(port: number, password: string): string {
  return `postgres://${POSTGRES_SUPERUSER}:${password}@127.0.0.1:${port}/postgres`;
}
