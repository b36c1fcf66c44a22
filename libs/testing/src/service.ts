import { mkdtemp, open, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { findFreePort, type ManagedServer, startProcess } from '@app/engines';
import { startQuietConsul } from './quiet-consul.js';
import { compileOnce, runFolder } from './run-client.js';
import { waitFor } from './wait-for.js';

/** How a service is started for a test. */
export interface StartServiceOptions {
  /** How long it may take to be ready; 20 s unless said. */
  readyWithinMs?: number;
  /** `false`: returns as soon as the process runs, ready or not. */
  waitUntilReady?: boolean;
}

/** One line of a service's log. */
export interface LogLine {
  level: string;
  time: string;
  msg: string;
  component?: string;
  traceId?: string;
  [field: string]: unknown;
}

/** A service in a process of its own. */
export interface TestService {
  /** `http://127.0.0.1:port` */
  url: string;
  port: number;
  pid: number;
  /** Everything it wrote to its standard output and error. */
  output: () => Promise<string>;
  /** The JSON lines of it. */
  logs: () => Promise<LogLine[]>;
  /** SIGTERM; resolves with the exit code once it has ended. Harmless when it has. */
  stop: () => Promise<number | null>;
  /** SIGKILL; resolves once it has ended. */
  kill: () => Promise<void>;
}

const ROOT = resolve(import.meta.dirname, '../../..');

/** Saves a third of the time that a start takes. */
const COMPILE_CACHE = join(ROOT, '.cache/node');

/** Nothing of the developer's own environment reaches a service but these. */
const PASSED_ON = ['PATH', 'HOME', 'TMPDIR', 'TZ', 'LANG'];

/**
 * Starts a compiled service on a free port and waits until it is ready. Sources that changed are compiled once per test run.
 * The process ends with the test's, however that ends.
 *
 * @param name folder below `apps`
 * @param env see the table of environment variables; LOG_FORMAT=json, a free SERVICE_PORT, no tracing and a quiet Consul unless given
 * @throws Error with the end of its log when it ends early or is not ready in time
 */
export async function startService(
  name: string,
  env: Readonly<Record<string, string>> = {},
  options: StartServiceOptions = {},
): Promise<TestService> {
  await compileOnce();
  const consul = await startQuietConsul();
  const port = Number(env.SERVICE_PORT ?? (await findFreePort()));
  const logFile = join(await mkdtemp(join(await runFolder(), `${name}-`)), 'service.log');
  const log = await open(logFile, 'a');
  const server = startProcess({
    command: process.execPath,
    args: [join(ROOT, 'apps', name, 'dist/main.js')],
    cwd: ROOT,
    account: undefined,
    env: {
      ...inherited(),
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      CONSUL_HTTP_ADDR: consul.url,
      ZIPKIN_URL: '',
      LOG_FORMAT: 'json',
      SERVICE_PORT: String(port),
      ...env,
    },
    logDescriptor: log.fd,
    port,
    stopSignal: 'SIGTERM',
    onExit: consul.stop,
  });
  await log.close();
  // A test that forgets a service must not keep jest from ending.
  server.unref();
  const service = toService(server, logFile);
  if (options.waitUntilReady !== false) await becomeReady(name, server, service, options.readyWithinMs ?? 20_000);
  return service;
}

function inherited(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => PASSED_ON.includes(entry[0])));
}

function toService(server: ManagedServer, logFile: string): TestService {
  const output = () => readFile(logFile, 'utf8');
  return {
    url: `http://127.0.0.1:${server.port}`,
    port: server.port,
    pid: server.pid,
    output,
    logs: async () => parseLines(await output()),
    stop: async () => {
      await server.stop();
      return (await server.exited).code;
    },
    kill: () => server.kill(),
  };
}

function parseLines(output: string): LogLine[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as LogLine);
}

async function becomeReady(name: string, server: ManagedServer, service: TestService, timeoutMs: number): Promise<void> {
  const isReady = async () => server.hasExited || (await fetch(`${service.url}/health/ready`)).ok;
  try {
    await waitFor(isReady, { timeoutMs, what: `Readiness of ${name}` });
    if (server.hasExited) throw new Error(`${name} ended with exit code ${(await server.exited).code ?? 'none'}.`);
  } catch (error) {
    await service.kill();
    throw new Error(`${name} did not start. The end of its log:\n${(await service.output()).slice(-4_000)}`, { cause: error });
  }
}
