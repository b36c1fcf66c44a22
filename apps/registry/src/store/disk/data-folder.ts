import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StartRefusedError } from '@app/errors';

const SEGMENT = /^log-(\d{16})\.jsonl$/;
const SNAPSHOT = /^snapshot-(\d{16})\.jsonl$/;
/** Of a snapshot that was being written when the process stopped. */
const UNFINISHED = /^snapshot-(\d{16})\.jsonl\.tmp$/;
const LOCK = 'lock.db';
const SQLITE_BUSY = 5;
const SQLITE_NOTADB = 26;

/** A file of the store by the index that it begins at (segments) or stands for (snapshots). */
export interface NumberedFile {
  readonly path: string;
  readonly index: number;
}

/** The files of the store: names, and who may use them. */
export class DataFolder {
  private constructor(
    readonly path: string,
    private readonly held: DatabaseSync,
  ) {}

  /**
   * Opens the folder for this process alone; makes it when it is not there.
   *
   * @throws StartRefusedError when its lock is damaged; Error when it is in use already, or when it cannot be written
   */
  static async open(path: string): Promise<DataFolder> {
    await mkdir(path, { recursive: true, mode: 0o700 });
    return new DataFolder(path, lock(join(path, LOCK)));
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

  /** Snapshots that a stop left behind half written. */
  async unfinishedSnapshots(): Promise<NumberedFile[]> {
    return this.numbered(UNFINISHED);
  }

  async remove(files: readonly NumberedFile[]): Promise<void> {
    for (const { path } of files) await rm(path, { force: true });
  }

  /** Makes new names in it last. */
  async sync(): Promise<void> {
    await syncFolder(this.path);
  }

  close(): void {
    this.held.close();
  }

  private async numbered(pattern: RegExp): Promise<NumberedFile[]> {
    const names = (await readdir(this.path)).sort();
    return names.flatMap((name) => {
      const index = pattern.exec(name)?.[1];
      return index === undefined ? [] : [{ path: join(this.path, name), index: Number(index) }];
    });
  }
}

/** Makes new names in a folder last. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function padded(index: number): string {
  return String(index).padStart(16, '0');
}

/**
 * A lock of the system on an empty database: it ends with the process, however that ends, and is nobody else's meanwhile, not even in
 * this process.
 */
function lock(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    const { errcode } = error as { errcode?: number };
    if (errcode === SQLITE_NOTADB)
      throw new StartRefusedError(`${path} is damaged: it is not the lock of a data folder.`, { cause: error });
    if (errcode !== SQLITE_BUSY) throw error;
    throw new Error(`The data folder is used by another process (${path})`, { cause: error });
  }
}
