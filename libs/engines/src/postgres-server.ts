import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { type Account, accountForData, unprivilegedAccount } from './account.js';
import { EngineError } from './engine-error.js';
import { requireFreePort } from './free-port.js';
import type { LogPosition } from './log-file.js';
import { type ManagedServer, startProcess } from './managed-process.js';
import { findPostgresBinaries, type PostgresBinaries } from './postgres-binaries.js';
import { initialiseCluster, inspectDataFolder } from './postgres-data.js';
import { serverEnvironment, WORKING_FOLDER } from './postgres-environment.js';
import { explainFailure } from './postgres-failure.js';
import { readStatus, releaseStaleLock } from './postgres-lock.js';
import type { PostgresOptions } from './postgres-options.js';
import { DEFAULT_START_MS, POLL_MS } from './server-options.js';

/** Small and quiet: a few services with small pools on one machine. PostgreSQL's defaults for the rest. */
const TUNING: NonNullable<PostgresOptions['tuning']> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  password_encryption: 'scram-sha-256',
  max_connections: 80,
  shared_buffers: '32MB',
  // Three worker processes for reading ahead are more than this cache is worth.
  io_method: 'sync',
  huge_pages: 'off',
  jit: false,
  wal_level: 'minimal',
  max_wal_senders: 0,
  max_logical_replication_workers: 0,
  max_parallel_workers_per_gather: 0,
  max_wal_size: '256MB',
  logging_collector: false,
  log_destination: 'stderr',
  log_line_prefix: '%m [%p] %q%u@%d ',
  log_timezone: 'UTC',
  timezone: 'UTC',
};

const NOT_DURABLE: NonNullable<PostgresOptions['tuning']> = { fsync: false, synchronous_commit: false, full_page_writes: false };

/**
 * Starts PostgreSQL 18 on a data folder, making the cluster first when the folder is empty. As root the server runs as an
 * unprivileged account, which also owns the data folder. Passwords only (SCRAM), loopback only, no Unix socket.
 *
 * @returns once it accepts connections
 * @throws EngineError: `port-in-use`, `already-running` (on this data folder), `wrong-version`, `broken-data`, `disk-full`,
 * `no-account`, `not-installed`, `not-permitted`, `start-failed`, `start-timeout`; nothing is left running
 */
export async function startPostgres(options: PostgresOptions): Promise<ManagedServer> {
  const state = await inspectDataFolder(options.dataDir);
  // Data that belongs to root cannot be used: the server's own message says so.
  const account = (await accountForData(options.dataDir)) ?? (await unprivilegedAccount());
  const binaries = await findPostgresBinaries(account);
  if (state === 'initialised') await releaseStaleLock(options.dataDir);
  await requireFreePort(options.port, 'PostgreSQL');
  if (state === 'empty') await initialiseCluster(options, binaries, account);
  return launch(options, binaries, account);
}

async function launch(options: PostgresOptions, { postgres }: PostgresBinaries, account: Account | undefined): Promise<ManagedServer> {
  const logFile = options.logFile ?? `${options.dataDir}.log`;
  const log = await open(logFile, 'a', 0o640);
  try {
    const { size } = await log.stat();
    const server = startProcess({
      command: postgres,
      // The folder through the working directory: its parents may be closed to the account.
      args: ['-D', WORKING_FOLDER, '-p', String(options.port), ...toArguments(options)],
      cwd: options.dataDir,
      account,
      env: serverEnvironment(),
      logDescriptor: log.fd,
      port: options.port,
      stopSignal: 'SIGINT',
      onExit: options.onExit,
    });
    await waitUntilReady(server, options, { logFile, from: size });
    return server;
  } finally {
    await log.close();
  }
}

function toArguments({ durable = true, tuning }: PostgresOptions): string[] {
  const settings = { ...TUNING, ...(!durable && NOT_DURABLE), ...tuning };
  return Object.entries(settings).flatMap(([name, value]) => [
    '-c',
    `${name}=${typeof value === 'boolean' ? (value ? 'on' : 'off') : value}`,
  ]);
}

async function waitUntilReady(
  server: ManagedServer,
  { dataDir, startTimeoutMs = DEFAULT_START_MS }: PostgresOptions,
  log: LogPosition,
): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  while (Date.now() < deadline) {
    if (server.hasExited) throw await explainFailure(dataDir, log);
    const status = await readStatus(join(dataDir, 'postmaster.pid'));
    if (status?.pid === server.pid && status.state === 'ready') return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  await server.stop();
  throw new EngineError('start-timeout', `PostgreSQL was not ready within ${startTimeoutMs / 1000} s; its log is ${log.logFile}.`);
}
