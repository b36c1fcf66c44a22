import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

const SEGMENT = /^log-(\d{16})\.jsonl$/;
const SNAPSHOT = /^snapshot-(\d{16})\.jsonl$/;
const LOCK = 'lock';

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

async function lock(path: string): Promise<void> {
  const owner = await readOwner(path);
  if (owner !== undefined && owner !== process.pid && isRunning(owner)) {
    throw new Error(`The data folder is used by process ${owner} (${path})`);
  }
  await rm(path, { force: true });
  const file = await open(path, 'wx', 0o600);
  await file.writeFile(`${process.pid}\n`);
  await file.close();
}

async function readOwner(path: string): Promise<number | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  });
  const pid = Number(text.trim());
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
