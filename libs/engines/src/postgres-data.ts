import { spawn } from 'node:child_process';
import { chown, mkdir, open, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Account } from './account.js';
import { EngineError, hasSystemCode } from './engine-error.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { POSTGRES_SUPERUSER, serverEnvironment, WORKING_FOLDER } from './postgres-environment.js';
import { NO_SPACE } from './postgres-failure.js';
import type { PostgresOptions } from './postgres-options.js';

/** The major version that the programs are of, and so the data must be. */
const MAJOR_VERSION = '18';

/**
 * Looks at a data folder before anything is done to it.
 *
 * @throws EngineError `wrong-version`, or `broken-data` when there are files but no cluster
 */
export async function inspectDataFolder(dataDir: string): Promise<'empty' | 'initialised'> {
  const entries = await readFolder(dataDir);
  if (entries.length === 0) return 'empty';
  if (!entries.includes('PG_VERSION') || !entries.includes('global')) {
    throw new EngineError('broken-data', `${dataDir} holds files, but no PostgreSQL database: move it away or choose another folder.`);
  }
  const version = (await readFile(join(dataDir, 'PG_VERSION'), 'utf8')).trim();
  if (version !== MAJOR_VERSION) {
    throw new EngineError(
      'wrong-version',
      `${dataDir} was made by PostgreSQL ${version.slice(0, 8)}; this is PostgreSQL ${MAJOR_VERSION}.`,
    );
  }
  return 'initialised';
}

async function readFolder(dataDir: string): Promise<string[]> {
  try {
    return await readdir(dataDir);
  } catch (error) {
    if (hasSystemCode(error, 'ENOENT')) return [];
    if (hasSystemCode(error, 'ENOTDIR')) throw new EngineError('broken-data', `${dataDir} is not a folder.`, error);
    throw new EngineError('not-permitted', `${dataDir} cannot be read.`, error);
  }
}

/** Makes the cluster in a folder beside the target and renames it, so that a killed start leaves no half a cluster behind. */
export async function initialiseCluster(
  options: PostgresOptions,
  { initdb }: PostgresBinaries,
  account: Account | undefined,
): Promise<void> {
  const { dataDir, superuserPassword, durable = true } = options;
  const workshop = `${dataDir}.new`;
  const passwordFile = `${dataDir}.password`;
  try {
    await rm(workshop, { recursive: true, force: true });
    await mkdir(workshop, { mode: 0o700 });
    await rm(passwordFile, { force: true });
    await writeFile(passwordFile, `${superuserPassword}\n`, { mode: 0o600 });
    if (account !== undefined) await Promise.all([workshop, passwordFile].map((path) => chown(path, account.uid, account.gid)));
    await runInitdb(initdb, { workshop, passwordFile, account, durable, dataDir });
    await rmdir(dataDir).catch(ignoreAbsence);
    await rename(workshop, dataDir);
  } catch (error) {
    if (error instanceof EngineError) throw error;
    if (hasSystemCode(error, 'ENOSPC')) throw new EngineError('disk-full', `The disk that holds ${dataDir} is full.`, error);
    throw new EngineError('not-permitted', `The database folder ${dataDir} could not be made: ${String(error)}`, error);
  } finally {
    await rm(passwordFile, { force: true });
    await rm(workshop, { recursive: true, force: true });
  }
}

function ignoreAbsence(error: unknown): void {
  if (!hasSystemCode(error, 'ENOENT')) throw error;
}

interface InitdbRun {
  workshop: string;
  passwordFile: string;
  dataDir: string;
  account: Account | undefined;
  durable: boolean;
}

async function runInitdb(initdb: string, run: InitdbRun): Promise<void> {
  const password = await open(run.passwordFile, 'r');
  try {
    const child = spawn(initdb, toArguments(run.durable), {
      cwd: run.workshop,
      env: serverEnvironment(),
      stdio: ['ignore', 'ignore', 'pipe', password.fd],
      ...(run.account !== undefined && { uid: run.account.uid, gid: run.account.gid }),
    });
    const closed = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    const [complaint, code] = await Promise.all([child.stderr === null ? '' : text(child.stderr), closed]);
    if (code === 0) return;
    if (complaint.includes(NO_SPACE)) throw new EngineError('disk-full', `The disk that holds ${run.dataDir} is full.`);
    throw new EngineError('start-failed', `PostgreSQL could not make a database in ${run.dataDir}: ${lastLine(complaint)}`);
  } finally {
    await password.close();
  }
}

function toArguments(durable: boolean): string[] {
  return [
    `--pgdata=${WORKING_FOLDER}`,
    // The open descriptor: the folders above the file may be closed to the account.
    '--pwfile=/dev/fd/3',
    `--username=${POSTGRES_SUPERUSER}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    // Sorts and compares by code point in UTF-8, alike on every system.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
    ...(durable ? [] : ['--no-sync']),
  ];
}

function lastLine(output: string): string {
  const lines = output.trim().split('\n');
  return lines.findLast((line) => /error|fatal|panic/i.test(line)) ?? lines.at(-1) ?? 'no reason given';
}
