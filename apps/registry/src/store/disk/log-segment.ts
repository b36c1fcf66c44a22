import { type FileHandle, open, rm } from 'node:fs/promises';
import type { DataFolder } from './data-folder.js';

/** What is on disk is no longer known: nothing more may be written until the next start has read it. */
export class LogDamagedError extends Error {
  override readonly name = 'LogDamagedError';
}

/** One file of the log, open for appending. */
export class LogSegment {
  private constructor(
    private readonly file: FileHandle,
    readonly path: string,
    private length: number,
  ) {}

  /**
   * Opens or creates a segment and cuts off everything after `length`.
   *
   * @param length bytes that hold whole records
   */
  static async open(path: string, length: number): Promise<LogSegment> {
    const file = await open(path, 'a+', 0o600);
    try {
      await file.truncate(length);
      await file.datasync();
      return new LogSegment(file, path, length);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /**
   * Begins an empty segment whose name lasts. On a failure it is gone again: only the newest segment may end in a torn record, and that is
   * then the one before.
   *
   * @param first the index of its first record
   */
  static async begin(folder: DataFolder, first: number): Promise<LogSegment> {
    const path = folder.segmentPath(first);
    let segment: LogSegment | undefined;
    try {
      segment = await LogSegment.open(path, 0);
      await folder.sync();
      return segment;
    } catch (error) {
      await segment?.close();
      await rm(path, { force: true });
      throw error;
    }
  }

  /** Bytes on disk. */
  get size(): number {
    return this.length;
  }

  /**
   * Appends and returns once it is on disk. On a failure the file is cut back to what it was.
   *
   * @throws the error of the file system; LogDamagedError when the file could not even be cut back
   */
  async append(text: string): Promise<void> {
    const bytes = Buffer.from(text, 'utf8');
    try {
      await this.file.appendFile(bytes);
      await this.file.datasync();
    } catch (error) {
      await this.cutBack();
      throw error;
    }
    this.length += bytes.length;
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  private async cutBack(): Promise<void> {
    try {
      await this.file.truncate(this.length);
      await this.file.datasync();
    } catch (error) {
      throw new LogDamagedError(`${this.path} can be neither written nor cut back to its last whole record`, { cause: error });
    }
  }
}
