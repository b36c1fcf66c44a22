import { type FileHandle, open } from 'node:fs/promises';

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
    await file.truncate(length);
    await file.datasync();
    return new LogSegment(file, path, length);
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
