import { chown, mkdir, open } from 'node:fs/promises';
import { type Account, isReachable, accountForData } from './account.js';
import { EngineError, type EngineErrorCode, hasSystemCode } from './engine-error.js';
import { requireFreePort } from './free-port.js';
import { type LogPosition, readFrom } from './log-file.js';
import { type ManagedServer, startProcess } from './managed-process.js';
import { isRedisReady } from './redis-probe.js';
import { requireRedisServer } from './redis-program.js';
import { DEFAULT_START_MS, POLL_MS, type ServerOptions } from './server-options.js';

/** What a Redis server is started from. */
export interface RedisOptions extends ServerOptions {
  /** Asked of every client. No quotes, backslashes, spaces or line ends. */
  password: string;
  /** `false` keeps nothing on disk: for tests only. Otherwise what was acknowledged is on disk (`appendfsync always`). */
  durable?: boolean;
  /** Number of databases; 16 unless said. */
  databases?: number;
  /** Path of the program; the one on PATH unless said. */
  program?: string;
}

/**
 * Starts Redis on a data folder: loopback only, with a password, never evicting a key. As root the server runs as an unprivileged
 * account, which also owns the data folder.
 *
 * @returns once it answers
 * @throws EngineError: `not-installed`, `port-in-use`, `broken-data`, `disk-full`, `not-permitted`, `start-failed`, `start-timeout`; nothing is left running
 */
export async function startRedis(options: RedisOptions): Promise<ManagedServer> {
  if (/["'\\\s]/.test(options.password))
    throw new EngineError('start-failed', "Redis' password may not hold quotes, backslashes or spaces.");
  const command = options.program ?? (await requireRedisServer()).path;
  const account = await accountFor(command, options.dataDir);
  await requireFreePort(options.port, 'Redis');
  await prepareFolder(options.dataDir, account);
  const logFile = options.logFile ?? `${options.dataDir}.log`;
  const log = await open(logFile, 'a', 0o640);
  try {
    const { size } = await log.stat();
    const server = startProcess({
      command,
      args: ['-'],
      cwd: options.dataDir,
      account,
      env: { PATH: '/usr/bin:/bin', TZ: 'UTC' },
      // Through standard input: arguments can be read by every user of the machine, and the password is among the settings.
      input: toConfiguration(options),
      logDescriptor: log.fd,
      port: options.port,
      stopSignal: 'SIGTERM',
      onExit: options.onExit,
    });
    await waitUntilReady(server, options, { logFile, from: size });
    return server;
  } finally {
    await log.close();
  }
}

/** Where the unprivileged account may not read the program, the server runs as ourselves: Redis does not mind. */
async function accountFor(command: string, dataDir: string): Promise<Account | undefined> {
  const account = await accountForData(dataDir);
  return (await isReachable(command, account)) ? account : undefined;
}

async function prepareFolder(dataDir: string, account: Account | undefined): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    if (account !== undefined) await chown(dataDir, account.uid, account.gid);
  } catch (error) {
    const [code, why]: [EngineErrorCode, string] = hasSystemCode(error, 'ENOSPC')
      ? ['disk-full', `The disk that holds ${dataDir} is full.`]
      : ['not-permitted', `The folder ${dataDir} for Redis' data cannot be made or used.`];
    throw new EngineError(code, why, error);
  }
}

function toConfiguration({ port, password, durable = true, databases = 16 }: RedisOptions): string {
  return [
    'bind 127.0.0.1',
    `port ${port}`,
    `requirepass "${password}"`,
    `databases ${databases}`,
    'daemonize no',
    'dir ./',
    // The append-only file alone: a snapshot beside it would only cost a second process from time to time.
    'save ""',
    `appendonly ${durable ? 'yes' : 'no'}`,
    'appendfsync always',
    'maxmemory-policy noeviction',
    'tcp-keepalive 60',
    '',
  ].join('\n');
}

async function waitUntilReady(
  server: ManagedServer,
  { dataDir, port, password, startTimeoutMs = DEFAULT_START_MS }: RedisOptions,
  log: LogPosition,
): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  while (Date.now() < deadline) {
    const isReady = await isRedisReady(port, password);
    if (server.hasExited) throw await explainFailure(dataDir, port, log);
    if (isReady) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  await server.stop();
  throw new EngineError('start-timeout', `Redis was not ready within ${startTimeoutMs / 1000} s; its log is ${log.logFile}.`);
}

async function explainFailure(dataDir: string, port: number, log: LogPosition): Promise<EngineError> {
  const text = await readFrom(log);
  const seeLog = `its log is ${log.logFile}.`;
  if (text.includes('No space left')) return new EngineError('disk-full', `The disk that holds ${dataDir} is full; ${seeLog}`);
  if (text.includes('Address already in use'))
    return new EngineError('port-in-use', `Port ${port}, which Redis is to listen on, is taken.`);
  if (
    /FATAL AOF MANIFEST FILE ERROR|Bad file format|Unexpected end of file|AOF .*(corrupt|not exist|missing)|Wrong signature|Can't (open|handle) RDB|Invalid AOF manifest/i.test(
      text,
    )
  ) {
    return new EngineError('broken-data', `Redis' data in ${dataDir} is damaged; ${seeLog}`);
  }
  if (text.includes('Permission denied')) return new EngineError('not-permitted', `Redis may not use ${dataDir}; ${seeLog}`);
  return new EngineError('start-failed', `Redis did not start on ${dataDir}; ${seeLog}`);
}
