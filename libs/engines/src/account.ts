import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { EngineError, hasSystemCode } from './engine-error.js';

/** An account of this machine. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
}

/** Accounts that servers may run as when we are root, the best first. */
const CANDIDATES = ['postgres', 'nobody'];

/**
 * The account that engines run as: PostgreSQL refuses to run as root.
 *
 * @returns undefined when we are not root, and engines run as ourselves
 * @throws EngineError `no-account` when we are root and /etc/passwd has none of the known unprivileged accounts
 */
export async function unprivilegedAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const name of CANDIDATES) {
    const [, , uid, gid] = lines.find(([account]) => account === name) ?? [];
    if (Number(uid) > 0 && Number(gid) >= 0) return { name, uid: Number(uid), gid: Number(gid) };
  }
  throw new EngineError('no-account', `PostgreSQL does not run as root, and there is no account ${CANDIDATES.join(' or ')} to run it as.`);
}

/**
 * The account that a server runs as: new data belongs to the unprivileged account; existing data stays with whoever it belongs to, as it may
 * have been made without being root.
 *
 * @returns undefined = ourselves: we are not root, or the data is root's own
 * @throws EngineError `no-account`
 */
export async function accountForData(folder: string): Promise<Account | undefined> {
  const account = await unprivilegedAccount();
  if (account === undefined || (await isNew(folder))) return account;
  const { uid, gid } = await stat(folder);
  return uid === 0 ? undefined : { name: `with number ${uid}`, uid, gid };
}

async function isNew(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).length === 0;
  } catch (error) {
    if (hasSystemCode(error, 'ENOENT', 'ENOTDIR')) return true;
    throw error;
  }
}

/**
 * Whether an account may pass through every folder above a path and read the path itself, by owner and mode.
 *
 * @param account undefined = ourselves: always true, as a failure shows itself
 */
export async function isReachable(path: string, account: Account | undefined): Promise<boolean> {
  if (account === undefined) return true;
  let current = resolve(path);
  if (!(await mayUse(current, account, 4))) return false;
  while (current !== dirname(current)) {
    current = dirname(current);
    if (!(await mayUse(current, account, 1))) return false;
  }
  return true;
}

/** @param right 4 to read, 1 to pass through: the bits of a mode's last digit */
async function mayUse(path: string, { uid, gid }: Account, right: number): Promise<boolean> {
  const { mode, uid: owner, gid: group } = await stat(path);
  if (owner === uid) return (mode & (right << 6)) !== 0;
  if (group === gid) return (mode & (right << 3)) !== 0;
  return (mode & right) !== 0;
}
