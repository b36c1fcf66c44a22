import { access, chmod, constants, mkdir, readdir, rmdir, stat, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, sep } from 'node:path';
import { Failure, systemCode } from '../failure.ts';

/** Where the things of one platform lie. All paths are absolute. */
export interface DataFolder {
  root: string;
  lock: string;
  controlSocket: string;
  secrets: string;
  settings: string;
  seeds: string;
  logs: string;
  launcherLog: string;
  postgres: string;
  redis: string;
  registry: string;
}

const MIB = 1024 * 1024;

/** A new database takes 50 MB, and a server that cannot write stops. */
const LEAST_FREE_MIB = 128;

/** What may lie in a data folder: ours, and what a disk of its own begins with. */
const OWN_NAMES = [
  ...Object.values<string>({ ...dataFolderAt('/') })
    .map((path) => basename(path))
    .filter(Boolean),
  'lost+found',
];

/** Types of file systems that live in memory, from Linux' magic.h: tmpfs and ramfs. */
const MEMORY_FILE_SYSTEMS = new Set([0x01021994, 0x858458f6]);

const TEMPORARY_FOLDERS = ['/tmp', '/dev/shm', '/run'];

/** The layout of a data folder. */
export function dataFolderAt(root: string): DataFolder {
  return {
    root,
    lock: join(root, 'launcher.lock'),
    controlSocket: join(root, 'control.sock'),
    secrets: join(root, 'secrets.json'),
    settings: join(root, 'settings.json'),
    seeds: join(root, 'seeds'),
    logs: join(root, 'logs'),
    launcherLog: join(root, 'logs', 'launcher.log'),
    postgres: join(root, 'postgres'),
    redis: join(root, 'redis'),
    registry: join(root, 'registry'),
  };
}

/**
 * Makes the data folder, or makes sure that it is one. Only its owner can look into it.
 *
 * @returns whether it was made now
 * @throws Failure in one sentence that names the path
 */
export async function openDataFolder(folder: DataFolder): Promise<{ made: boolean }> {
  try {
    const made = await makeFolder(folder.root);
    if (!made) await requireOurs(folder);
    await access(folder.root, constants.R_OK | constants.W_OK | constants.X_OK);
    await chmod(folder.root, 0o700);
    for (const path of [folder.logs, folder.seeds]) await makeFolder(path);
    return { made };
  } catch (error) {
    throw toFailure(error, folder.root);
  }
}

/**
 * Makes a folder and those above it. Node's own way never ends where a file system takes no folders, such as /proc.
 *
 * @returns whether it was made now
 */
async function makeFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 });
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    if (systemCode(error) !== 'ENOENT' || path === dirname(path)) throw error;
  }
  await makeFolder(dirname(path));
  await mkdir(path, { mode: 0o700 });
  return true;
}

/**
 * Makes a folder that one service keeps its state in, or makes sure that it can be used. What is in it is the service's to judge.
 *
 * @returns whether it was made now
 * @throws Failure in one sentence that names the path
 */
export async function openStateFolder(path: string): Promise<{ made: boolean }> {
  try {
    const made = await makeFolder(path);
    if (!(await stat(path)).isDirectory()) throw new Failure(`The data folder ${path} is not a folder.`);
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return { made };
  } catch (error) {
    throw toFailure(error, path);
  }
}

/** Removes a folder again that a start has made which came to nothing; what has something in it stays. */
export async function removeIfEmpty(path: string): Promise<void> {
  try {
    await rmdir(path);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(systemCode(error) ?? '')) throw error;
  }
}

/** A folder with other people's files in it would be locked away from them, and filled with ours. */
async function requireOurs(folder: DataFolder): Promise<void> {
  if (!(await stat(folder.root)).isDirectory()) throw new Failure(`The data folder ${folder.root} is not a folder.`);
  const entries = await readdir(folder.root);
  const foreign = entries.find((name) => !isOwn(name));
  if (foreign === undefined || (entries.includes('secrets.json') && entries.includes('settings.json'))) return;
  throw new Failure(`${folder.root} holds other files (${foreign}) and is no data folder of Causeway: choose an empty one with --data.`);
}

/** One of ours, or what a crash has left of one (`secrets.json.new`). */
function isOwn(name: string): boolean {
  return OWN_NAMES.some((own) => name === own || name.startsWith(`${own}.`));
}

function toFailure(error: unknown, root: string): unknown {
  switch (systemCode(error)) {
    case 'EEXIST':
    case 'ENOTDIR':
      return new Failure(`The data folder ${root} is not a folder.`);
    case 'EACCES':
    case 'EPERM':
      return new Failure(`The data folder ${root} may not be read and written by this user.`);
    case 'ENOENT':
      return new Failure(`The data folder ${root} cannot be made there.`);
    case 'EROFS':
      return new Failure(`The data folder ${root} is on a disk that can only be read.`);
    case 'ENOSPC':
    case 'EDQUOT':
      return new Failure(`The disk that holds ${root} is full.`);
    default:
      return error;
  }
}

/** @throws Failure that names the path when its disk is full, or nearly */
export async function requireDiskSpace(root: string): Promise<void> {
  const { bavail, bsize } = await statfs(root);
  const freeMib = Math.floor((bavail * bsize) / MIB);
  if (freeMib >= LEAST_FREE_MIB) return;
  throw new Failure(`The disk that holds ${root} is full: ${freeMib} MB are free, and at least ${LEAST_FREE_MIB} MB are needed.`);
}

/**
 * A sentence when a restart of the machine would empty the folder.
 *
 * @param temporary folders that systems empty at a restart
 */
export async function warnOfLoss(
  root: string,
  temporary: readonly string[] = [...TEMPORARY_FOLDERS, tmpdir()],
): Promise<string | undefined> {
  const { type } = await statfs(root);
  const isTemporary = temporary.some((folder) => root === folder || root.startsWith(folder + sep));
  if (!MEMORY_FILE_SYSTEMS.has(type) && !isTemporary) return undefined;
  return `Warning: a restart of this machine may empty ${root}; choose another folder with --data to keep what is stored.`;
}
