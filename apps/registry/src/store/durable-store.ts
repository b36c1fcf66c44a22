import { copyFile, stat } from 'node:fs/promises';
import { StartRefusedError } from '@app/errors';
import type { HealthStatus, Logger } from '@app/telemetry';
import type { Command, SnapshotRecord } from './command.js';
import { DataFolder } from './data-folder.js';
import { LogDamagedError, LogSegment } from './log-segment.js';
import { encodeRecord, readRecords } from './record-file.js';
import { RegistryState } from './registry-state.js';
import { readSnapshot, syncFolder, writeSnapshot } from './snapshot.js';
import { Watchers } from './watchers.js';

/** One line of the log. */
interface LogRecord {
  i: number;
  /** The index of the first record that was written together with this one: those before it were on disk by then. */
  b: number;
  c: Command;
}

interface Pending {
  readonly command: Command;
  readonly resolve: (isEffective: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** What a start finds on disk. */
interface Recovered {
  readonly state: RegistryState;
  readonly segment: LogSegment;
  readonly snapshotBytes: number;
}

/** When the log is folded into a snapshot. */
export interface DurableStoreOptions {
  /** The log may grow to this size in bytes, or to that of the last snapshot if that is more. */
  minFoldBytes?: number;
}

const DEFAULT_MIN_FOLD_BYTES = 16 * 1024 * 1024;

/**
 * The state of the registry on disk: a log of commands and, now and then, a snapshot. A command is applied, seen by readers and
 * answered only after it is on disk; commands that come while one write is under way share the next.
 */
export class DurableStore {
  readonly state: RegistryState;
  readonly watchers = new Watchers();
  private queue: Pending[] = [];
  private writing: Promise<void> | undefined;
  private snapshotting: Promise<void> | undefined;
  /** Why nothing more may be written. */
  private failure: Error | undefined;
  /** Why the last write failed; the next may succeed. */
  private lastError: Error | undefined;
  private segment: LogSegment;
  /** The size of the log at which it is folded. */
  private foldAt: number;

  private constructor(
    private readonly folder: DataFolder,
    private readonly logger: Logger,
    private readonly minFoldBytes: number,
    recovered: Recovered,
  ) {
    this.state = recovered.state;
    this.segment = recovered.segment;
    this.foldAt = Math.max(minFoldBytes, recovered.snapshotBytes);
  }

  /**
   * Opens the state in a folder: reads the last whole snapshot and the log after it. A record torn by a crash at the very end
   * was never acknowledged; it is set aside and logged.
   *
   * @throws Error when another process uses the folder or it cannot be written; StartRefusedError when records in the middle are damaged
   */
  static async open(path: string, logger: Logger, options: DurableStoreOptions = {}): Promise<DurableStore> {
    const folder = await DataFolder.open(path);
    try {
      const state = new RegistryState();
      const snapshotBytes = await loadSnapshot(folder, state, logger);
      const segment = await replay(folder, state, logger);
      return new DurableStore(folder, logger, options.minFoldBytes ?? DEFAULT_MIN_FOLD_BYTES, { state, segment, snapshotBytes });
    } catch (error) {
      folder.close();
      throw error;
    }
  }

  /**
   * Brings a command to disk and then into effect.
   *
   * @returns what `RegistryState.apply` answers
   * @throws the error of the file system: the command has no effect
   */
  propose(command: Command): Promise<boolean> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      this.queue.push({ command, resolve, reject });
      this.writing ??= this.writeQueue();
    });
  }

  /** `down` while nothing can be written: reads still work, on what is on disk. */
  health(): HealthStatus {
    const error = this.failure ?? this.lastError;
    return error === undefined ? { status: 'up' } : { status: 'down', detail: `state cannot be written: ${error.message}` };
  }

  /** Waits for what is under way and gives the folder free. */
  async close(): Promise<void> {
    this.failure ??= new Error('The store is closed');
    await this.writing;
    await this.snapshotting;
    await this.segment.close();
    this.folder.close();
  }

  private async writeQueue(): Promise<void> {
    while (this.queue.length > 0) {
      const batch = this.queue;
      this.queue = [];
      await this.write(batch);
      if (this.segment.size >= this.foldAt && this.snapshotting === undefined) await this.fold();
    }
    this.writing = undefined;
  }

  private async write(batch: readonly Pending[]): Promise<void> {
    const first = this.state.index + 1;
    try {
      await this.segment.append(
        batch.map(({ command }, at) => encodeRecord({ i: first + at, b: first, c: command } satisfies LogRecord)).join(''),
      );
    } catch (error) {
      this.logger.error({ err: error, commands: batch.length }, 'Could not write to the log');
      this.lastError = error as Error;
      if (error instanceof LogDamagedError) this.failure = error;
      for (const { reject } of batch) reject(error);
      return;
    }
    this.lastError = undefined;
    const touched = new Set<string>();
    const answers = batch.map(({ command }, at) => this.state.apply(command, first + at, touched));
    batch.forEach(({ resolve }, at) => resolve(answers[at] ?? false));
    if (touched.size > 0) this.watchers.wake(touched);
  }

  /** Starts a new segment; the state as of its beginning is written beside further commands, and then replaces what is before. */
  private async fold(): Promise<void> {
    const { index } = this.state;
    try {
      const next = await LogSegment.open(this.folder.segmentPath(index + 1), 0);
      await syncFolder(this.folder.path);
      await this.segment.close();
      this.segment = next;
      this.snapshotting = this.replaceUpTo(index, this.state.records());
    } catch (error) {
      this.postponeFold(error);
    }
  }

  private async replaceUpTo(index: number, records: SnapshotRecord[]): Promise<void> {
    try {
      const bytes = await writeSnapshot(this.folder.snapshotPath(index), records);
      await this.folder.remove((await this.folder.segments()).filter((file) => file.index <= index));
      await this.folder.remove((await this.folder.snapshots()).filter((file) => file.index < index));
      this.foldAt = Math.max(this.minFoldBytes, bytes);
      this.logger.info({ index, bytes }, 'Snapshot written');
    } catch (error) {
      this.postponeFold(error);
    }
    this.snapshotting = undefined;
  }

  private postponeFold(error: unknown): void {
    this.foldAt = this.segment.size + this.minFoldBytes;
    this.logger.error({ err: error }, 'Could not fold the log into a snapshot; the log goes on');
  }
}

async function loadSnapshot(folder: DataFolder, state: RegistryState, logger: Logger): Promise<number> {
  for (const { path } of (await folder.snapshots()).reverse()) {
    const records = await readSnapshot(path);
    if (records !== undefined) {
      for (const record of records) state.restore(record);
      return (await stat(path)).size;
    }
    logger.warn({ path }, 'Snapshot is not whole; trying the one before');
  }
  return 0;
}

async function replay(folder: DataFolder, state: RegistryState, logger: Logger): Promise<LogSegment> {
  const segments = await folder.segments();
  let goodBytes = 0;
  for (const [at, { path }] of segments.entries()) {
    const file = await readRecords(path);
    applyAll(file.records as LogRecord[], state, path);
    const isLast = at === segments.length - 1;
    if (file.tornBytes > 0 && !(isLast && isTorn(file.strays as LogRecord[], state.index + 1))) {
      throw new StartRefusedError(`${path} is damaged after byte ${file.goodBytes}: records that were stored follow.`);
    }
    if (file.tornBytes > 0) await setTornAside(path, logger, file.tornBytes);
    goodBytes = file.goodBytes;
  }
  return LogSegment.open(segments.at(-1)?.path ?? folder.segmentPath(state.index + 1), goodBytes);
}

/** Whether the write of this index was under way at the stop; a record of a later write shows that it had been on disk. */
function isTorn(strays: readonly LogRecord[], index: number): boolean {
  return strays.every(({ b }) => b <= index);
}

/** Keeps a torn record for whoever wants to look; the log is cut off before it. */
async function setTornAside(path: string, logger: Logger, tornBytes: number): Promise<void> {
  const aside = `${path}.torn`;
  await copyFile(path, aside);
  logger.warn({ path, aside, tornBytes }, 'The log ended in a record that was never acknowledged; it is cut off');
}

function applyAll(records: readonly LogRecord[], state: RegistryState, path: string): void {
  const touched = new Set<string>();
  for (const { i, c } of records) {
    if (i <= state.index) continue;
    if (i !== state.index + 1)
      throw new StartRefusedError(`${path} goes on at record ${i} after ${state.index}: a part of the log is missing.`);
    state.apply(c, i, touched);
  }
}
