import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { findFreePort, type ManagedServer } from '@app/engines';
import { askRun, runFolder } from './run-client.js';
import type { SharedServer } from './run-host.js';

/** How a server for tests is started. */
export interface StartServerOptions {
  /** A server of one's own, which may be stopped and killed; otherwise the one that the run shares. */
  dedicated?: boolean;
  /** Of a dedicated server: whether what it acknowledged is on disk. No unless said. */
  durable?: boolean;
  /** Of a dedicated server: its port, to start it again where it was. */
  port?: number;
  /** Of a dedicated server: its data folder and password, to start it again with its data. */
  keep?: Pick<TestServer, 'dataDir' | 'password'>;
}

/** A running server. */
export interface TestServer {
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

/** What differs between the servers. */
export interface ServerKind {
  name: 'postgres' | 'redis';
  start: (options: { dataDir: string; port: number; password: string; durable: boolean }) => Promise<ManagedServer>;
  toUrl: (port: number, password: string) => string;
}

/** Starts a server of a kind, or gives the one that this test run shares. */
export async function startTestServer({ name, start, toUrl }: ServerKind, options: StartServerOptions): Promise<TestServer> {
  if (options.dedicated !== true) {
    const { port, password } = await askRun<SharedServer>(name);
    const nothing = () => Promise.resolve();
    return { url: toUrl(port, password), port, password, dataDir: '', stop: nothing, kill: nothing };
  }
  const password = options.keep?.password ?? randomBytes(12).toString('hex');
  const dataDir = options.keep?.dataDir ?? join(await mkdtemp(join(await runFolder(), `${name}-`)), 'data');
  const server = await start({ dataDir, port: options.port ?? (await findFreePort()), password, durable: options.durable ?? false });
  server.unref();
  return { url: toUrl(server.port, password), port: server.port, password, dataDir, stop: () => server.stop(), kill: () => server.kill() };
}
