import { readFileSync } from 'node:fs';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { Failure, systemCode } from '../failure.ts';
import type { DataFolder } from './data-folder.ts';

/** The launcher that works on a data folder. */
export interface LockHolder {
  pid: number;
  /** Tells a process from a later one with the same number; empty where the system does not say. */
  birth: string;
}

/** A data folder that is ours. */
export interface TakenLock {
  /** Whether the launcher before us was killed: its parts notice that, and may still be ending. */
  wasAbandoned: boolean;
  release: () => Promise<void>;
}

/**
 * Takes a data folder for this process.
 *
 * @throws Failure when another launcher has it, with nothing changed
 */
export async function takeLock(folder: DataFolder): Promise<TakenLock> {
  let wasAbandoned = false;
  const own = JSON.stringify({ pid: process.pid, birth: birthOf(process.pid) } satisfies LockHolder);
  while (!(await create(folder.lock, own))) {
    const text = await readFile(folder.lock, 'utf8').catch(ignoreAbsence);
    const holder = parse(text);
    if (holder !== undefined && isAlive(holder)) {
      throw new Failure(
        `Causeway already runs on ${folder.root} (process ${holder.pid}): npm run status shows it, npm stop ends it; nothing was changed.`,
      );
    }
    if (text === undefined) continue;
    wasAbandoned = true;
    await removeStale(folder.lock, text);
  }
  return { wasAbandoned, release: () => rm(folder.lock, { force: true }) };
}

/** The launcher that works on a data folder at this moment. */
export async function findHolder(folder: DataFolder): Promise<LockHolder | undefined> {
  const holder = parse(await readFile(folder.lock, 'utf8').catch(ignoreAbsence));
  return holder !== undefined && isAlive(holder) ? holder : undefined;
}

/** By linking a written file, so that no one ever reads half a lock. */
async function create(path: string, text: string): Promise<boolean> {
  const written = `${path}.${process.pid}`;
  await writeFile(written, text, { mode: 0o600 });
  try {
    await link(written, path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(written, { force: true });
  }
}

/** By renaming, so that of two starts that both found a dead launcher's lock only one removes it. */
async function removeStale(path: string, seen: string): Promise<void> {
  const aside = `${path}.stale-${process.pid}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  if ((await readFile(aside, 'utf8')) === seen) await rm(aside);
  else await rename(aside, path);
}

function parse(text: string | undefined): LockHolder | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('birth' in value)) return undefined;
    return typeof value.pid === 'number' && typeof value.birth === 'string' ? { pid: value.pid, birth: value.birth } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whether the very process that wrote the lock still runs. */
export function isAlive({ pid, birth }: LockHolder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (systemCode(error) !== 'EPERM') return false;
  }
  return birthOf(pid) === birth;
}

/** When a process was born, in clock ticks since the machine's start: field 22 of /proc/<pid>/stat. A zombie counts as gone. */
function birthOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? 'gone' : (rest[18] ?? '');
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return '';
  }
}

function ignoreAbsence(error: unknown): undefined {
  if (!['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) throw error;
}
