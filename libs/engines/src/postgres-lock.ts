import { readdir, readFile, readlink, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError, hasSystemCode } from './engine-error.js';

/** What a `postmaster.pid` says: the first line is the process, the eighth its state. */
export interface PostmasterStatus {
  pid: number;
  state: string;
}

const STATE_LINE = 7;

/** How long the children of a killed server may take to notice. */
const ORPHANS_MS = 10_000;
const POLL_MS = 50;

/** Reads a `postmaster.pid`; undefined when there is none or it is only half written. */
export async function readStatus(file: string): Promise<PostmasterStatus | undefined> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (hasSystemCode(error, 'ENOENT')) return '';
    throw error;
  });
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, state: lines[STATE_LINE]?.trim() ?? '' };
}

/**
 * Removes the lock of a server that is no more. PostgreSQL itself does so only while no process at all has the old number, and after a
 * restart of a container some process often has.
 *
 * @throws EngineError `already-running` while a PostgreSQL process works on the folder
 */
export async function releaseStaleLock(dataDir: string): Promise<void> {
  const lock = join(dataDir, 'postmaster.pid');
  const status = await readStatus(lock);
  if (status === undefined) return;
  if (process.platform !== 'linux') return;
  const deadline = Date.now() + ORPHANS_MS;
  for (;;) {
    const users = await findServerProcesses(dataDir);
    if (users.length === 0) break;
    if (users.includes(status.pid) || Date.now() > deadline) {
      throw new EngineError('already-running', `Another PostgreSQL server (process ${status.pid}) is running on ${dataDir}.`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  await rm(lock, { force: true });
}

/** Processes named `postgres` whose working directory is the folder. Linux only. */
async function findServerProcesses(dataDir: string): Promise<number[]> {
  const folder = await realpath(dataDir);
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const matches = await Promise.all(pids.map(async (pid) => ((await worksIn(pid, folder)) ? Number(pid) : undefined)));
  return matches.filter((pid) => pid !== undefined);
}

async function worksIn(pid: string, folder: string): Promise<boolean> {
  try {
    const name = await readFile(`/proc/${pid}/comm`, 'utf8');
    return name.trim() === 'postgres' && (await readlink(`/proc/${pid}/cwd`)) === folder;
  } catch (error) {
    // Ended meanwhile, or another person's: then not one of ours.
    if (hasSystemCode(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM')) return false;
    throw error;
  }
}
