import { chmod, cp, lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { hasSystemCode } from './engine-error.js';

const READ = 0o444;
const RUN_OR_ENTER = 0o111;

/**
 * Copies a folder so that every account can read it and run its programs, whatever our umask. Copies beside the target and renames, so
 * that no one finds half a copy; what processes that died left half-done is removed.
 *
 * @param target the folder to make; folders above it are made too
 * @throws the system's error: `EEXIST` or `ENOTEMPTY` when another process was faster
 */
export async function copyForAll(source: string, target: string): Promise<void> {
  const partial = `${target}.${process.pid}`;
  const parent = dirname(target);
  await makeFolderForAll(parent);
  await removeLeftovers(target);
  try {
    await cp(source, partial, { recursive: true, verbatimSymlinks: true });
    await openToAll(partial);
    const entries = await readdir(partial, { recursive: true });
    for (const entry of entries) await openToAll(join(partial, entry));
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

/** The mode that `mkdir` is given is cut by the umask, so the folders that it made are opened afterwards. */
async function makeFolderForAll(folder: string): Promise<void> {
  const topmost = await mkdir(folder, { recursive: true });
  await openToAll(folder);
  if (topmost === undefined) return;
  for (let made = folder; made !== topmost && made !== dirname(made); made = dirname(made)) await openToAll(dirname(made));
}

/** Adds rights and takes none away. */
async function openToAll(path: string): Promise<void> {
  const status = await lstat(path);
  if (status.isSymbolicLink()) return;
  const isForRunning = status.isDirectory() || (status.mode & 0o100) !== 0;
  const mode = status.mode | READ | (isForRunning ? RUN_OR_ENTER : 0);
  if (mode !== status.mode) await chmod(path, mode & 0o7777);
}

async function removeLeftovers(target: string): Promise<void> {
  const prefix = `${basename(target)}.`;
  for (const name of await readdir(dirname(target))) {
    const owner = name.startsWith(prefix) ? name.slice(prefix.length) : '';
    // A copy with our own number is of a process that had it before us.
    const isLeftover = /^\d+$/.test(owner) && (Number(owner) === process.pid || !isAlive(Number(owner)));
    if (isLeftover) await rm(join(dirname(target), name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !hasSystemCode(error, 'ESRCH');
  }
}
