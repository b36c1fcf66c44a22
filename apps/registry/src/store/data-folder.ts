import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const SEGMENT = /^log-(\d{16})\.jsonl$/;
const SNAPSHOT = /^snapshot-(\d{16})\.jsonl$/;
const LOCK = 'lock';
/** Of `/proc/<pid>/stat`, counted from behind the name: field 22 of proc(5). */
const START_TIME_FIELD = 19;

/** A file of the store by the index that it begins at (segments) or stands for (snapshots). */
export interface NumberedFile {
  readonly path: string;
  readonly index: number;
}

/** The files of the store: names, and who may use them. */
export class DataFolder {
  private constructor(readonly path: string) {}

  /**
   * Opens the folder for this process alone; makes it when it is not there.
   *
   * @throws Error when another process uses it, or when it cannot be written
   */
  static async open(path: string): Promise<DataFolder> {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await lock(join(path, LOCK));
    return new DataFolder(path);
  }

  segmentPath(firstIndex: number): string {
    return join(this.path, `log-${padded(firstIndex)}.jsonl`);
  }

  snapshotPath(index: number): string {
    return join(this.path, `snapshot-${padded(index)}.jsonl`);
  }

  /** Oldest first. */
  async segments(): Promise<NumberedFile[]> {
    return this.numbered(SEGMENT);
  }

  /** Oldest first. */
  async snapshots(): Promise<NumberedFile[]> {
    return this.numbered(SNAPSHOT);
  }

  async remove(files: readonly NumberedFile[]): Promise<void> {
    for (const { path } of files) await rm(path, { force: true });
  }

  async close(): Promise<void> {
    await rm(join(this.path, LOCK), { force: true });
  }

  private async numbered(pattern: RegExp): Promise<NumberedFile[]> {
    const names = (await readdir(this.path)).sort();
    return names.flatMap((name) => {
      const index = pattern.exec(name)?.[1];
      return index === undefined ? [] : [{ path: join(this.path, name), index: Number(index) }];
    });
  }
}

function padded(index: number): string {
  return String(index).padStart(16, '0');
}

/** Who holds a lock. The mark tells a process from a later one that was given the same number. */
interface LockOwner {
  readonly pid: number;
  readonly mark: string;
}

async function lock(path: string): Promise<void> {
  const owner = await readOwner(path);
  if (owner !== undefined && owner.pid !== process.pid && isRunning(owner.pid) && (await markOf(owner.pid)) === owner.mark) {
    throw new Error(`The data folder is used by process ${owner.pid} (${path})`);
  }
  await rm(path, { force: true });
  const own: LockOwner = { pid: process.pid, mark: await markOf(process.pid) };
  await writeFile(path, `${JSON.stringify(own)}\n`, { flag: 'wx', mode: 0o600 });
}

async function readOwner(path: string): Promise<LockOwner | undefined> {
  const text = await readFile(path, 'utf8').catch(ignoreMissing);
  const isWhole = /^\{"pid":\d+,"mark":"[^"]*"\}\n$/.test(text);
  return isWhole ? (JSON.parse(text) as LockOwner) : undefined;
}

/** This start of the machine and the process' own start in it, where the system tells (Linux). */
async function markOf(pid: number): Promise<string> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(ignoreMissing);
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(ignoreMissing);
  const startTime = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[START_TIME_FIELD] ?? '';
  return `${boot.trim()}/${startTime}`;
}

function ignoreMissing(error: unknown): string {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
  throw error;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
