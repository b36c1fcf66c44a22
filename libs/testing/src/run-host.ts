import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { ManagedServer } from '@app/engines';

/** The environment variable that names a run's folder to everything that belongs to the run. */
export const RUN_FOLDER_VARIABLE = 'CAUSEWAY_TEST_RUN';

/** What a run answers about its servers. */
export interface SharedServer {
  port: number;
  password: string;
}

const FOLDER_PREFIX = 'causeway-test-';
const REDIS_DATABASES = 512;
const ROOT = resolve(import.meta.dirname, '../../..');

/**
 * What the tests of one run share: one PostgreSQL, one Redis and one compilation, each made when first asked for. Lives in the process that
 * starts the tests; its workers ask over a socket in the run's folder.
 *
 * Imports the engines only when needed, compiled, so that a run of unit tests pays nothing.
 */
export class RunHost {
  readonly #servers: Promise<ManagedServer>[] = [];
  readonly #made = new Map<string, Promise<object>>();
  #redisDatabase = 0;

  private constructor(
    readonly folder: string,
    private readonly socket: Server,
  ) {}

  /** Starts a host in a new folder, and removes what killed runs left behind. */
  static async start(): Promise<RunHost> {
    await removeAbandonedFolders();
    const folder = await mkdtemp(join(tmpdir(), `${FOLDER_PREFIX}${process.pid}-`));
    const socket = createServer();
    const host = new RunHost(folder, socket);
    socket.on('request', (request, response) => {
      host.#answer(request.url ?? '').then(
        (body) => response.end(JSON.stringify(body)),
        (error: unknown) => response.writeHead(500).end(error instanceof Error ? error.message : String(error)),
      );
    });
    await new Promise<void>((done) => socket.listen(join(folder, 'host.sock'), done));
    socket.unref();
    return host;
  }

  /** Stops every server of the run and removes its folder. */
  async stop(): Promise<void> {
    this.socket.close();
    this.socket.closeAllConnections();
    const servers = await Promise.allSettled(this.#servers);
    await Promise.all(servers.filter((server) => server.status === 'fulfilled').map(({ value }) => value.stop()));
    await rm(this.folder, { recursive: true, force: true });
  }

  async #answer(url: string): Promise<object> {
    switch (url) {
      case '/build':
        return this.#once('build', build);
      case '/postgres':
        return this.#once('postgres', () => this.#startPostgres());
      case '/redis':
        return this.#once('redis', () => this.#startRedis());
      case '/redis-database':
        // Database 0 is nobody's.
        this.#redisDatabase = (this.#redisDatabase % (REDIS_DATABASES - 1)) + 1;
        return { database: this.#redisDatabase };
      default:
        throw new Error(`A test run has no ${url}.`);
    }
  }

  #once(name: string, make: () => Promise<object>): Promise<object> {
    const made = this.#made.get(name) ?? make();
    this.#made.set(name, made);
    return made;
  }

  async #startPostgres(): Promise<SharedServer> {
    const { findFreePort, startPostgres } = await this.#engines();
    const password = randomBytes(12).toString('hex');
    const server = startPostgres({
      dataDir: join(this.folder, 'postgres'),
      port: await findFreePort(),
      superuserPassword: password,
      durable: false,
      tuning: { max_connections: 200 },
    });
    this.#servers.push(server);
    return { port: (await server).port, password };
  }

  async #startRedis(): Promise<SharedServer> {
    const { findFreePort, startRedis } = await this.#engines();
    const password = randomBytes(12).toString('hex');
    const server = startRedis({
      dataDir: join(this.folder, 'redis'),
      port: await findFreePort(),
      password,
      durable: false,
      databases: REDIS_DATABASES,
    });
    this.#servers.push(server);
    return { port: (await server).port, password };
  }

  async #engines(): Promise<typeof import('@app/engines')> {
    await this.#once('build', build);
    return import('@app/engines');
  }
}

/** Compiles every app and lib that has changed. */
async function build(): Promise<object> {
  try {
    await promisify(execFile)(process.execPath, [join(ROOT, 'tools/build/main.ts')], { cwd: ROOT });
  } catch (error) {
    throw new Error(`The sources could not be compiled: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  return {};
}

/** A killed run cannot tidy up. Its servers ended with it; its folder is named after its process. */
async function removeAbandonedFolders(): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(FOLDER_PREFIX));
  const abandoned = names.filter((name) => !isAlive(Number.parseInt(name.slice(FOLDER_PREFIX.length))));
  await Promise.all(abandoned.map((name) => rm(join(tmpdir(), name), { recursive: true, force: true })));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process is alive; and an unknown name is not ours to remove.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
