import { setImmediate } from 'node:timers/promises';
import type { HealthStatus, Logger } from '@app/telemetry';
import { MAX_WRITE_LENGTH, STORE_LIMITS, type StoreLimits } from '../limits.js';
import { Admission } from './admission/admission.js';
import { Refusal } from './admission/refusal.js';
import { answerBytes, workOf } from './admission/work.js';
import type { Command, ResultOf, SnapshotRecord } from './command.js';
import { DataFolder } from './disk/data-folder.js';
import { LogDamagedError, LogSegment } from './disk/log-segment.js';
import { encodeRecord } from './disk/record-file.js';
import { type LogRecord, recover, type Recovered } from './disk/recovery.js';
import { writeSnapshot } from './disk/snapshot.js';
import type { RegistryState } from './registry-state.js';
import { Rejection } from './rejection.js';
import { UNWATCHED } from './topics.js';
import { applyTxn } from './txn/transaction.js';
import type { TxnOp, TxnOutcome } from './txn/txn-op.js';
import { Watchers } from './watchers.js';

interface Pending {
  readonly command: Command;
  readonly resolve: (result: ResultOf<Command>) => void;
  readonly reject: (error: unknown) => void;
}

/** The commands of one write, and their lines of the log. */
interface Batch {
  readonly first: number;
  /** When it was taken, in ms since 1970. */
  readonly at: number;
  readonly pending: Pending[];
  readonly lines: string[];
}

/** How large the log and the state may become. */
export interface DurableStoreOptions {
  /** The log may grow to this size in bytes, or to that of the last snapshot if that is more. */
  minFoldBytes?: number;
  limits?: StoreLimits;
}

const DEFAULT_MIN_FOLD_BYTES = 16 * 1024 * 1024;

/**
 * The state of the registry on disk: a log of commands and, now and then, a snapshot. A command is applied, seen by readers and
 * answered only after it is on disk; commands that come while one write is under way share the next.
 */
export class DurableStore {
  readonly state: RegistryState;
  readonly watchers = new Watchers();
  private readonly queue: Pending[] = [];
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
    private readonly options: Required<DurableStoreOptions>,
    recovered: Recovered,
  ) {
    this.state = recovered.state;
    this.segment = recovered.segment;
    this.foldAt = Math.max(options.minFoldBytes, recovered.snapshotBytes);
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
      const recovered = await recover(folder, logger);
      return new DurableStore(folder, logger, { minFoldBytes: DEFAULT_MIN_FOLD_BYTES, limits: STORE_LIMITS, ...options }, recovered);
    } catch (error) {
      folder.close();
      throw error;
    }
  }

  /**
   * Brings a command to disk and then into effect.
   *
   * @returns what `RegistryState.apply` answers
   * @throws the error of the file system, Refusal when a limit is reached, or Rejection when the state contradicts it: the command has no
   * effect
   */
  propose<C extends Command>(command: C): Promise<ResultOf<C>>;
  propose(command: Command): Promise<ResultOf<Command>> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    const { waitingCommands } = this.options.limits;
    if (this.queue.length >= waitingCommands) {
      return Promise.reject(new Refusal('busy', `Limit reached: ${waitingCommands} writes wait for the disk; try again later`));
    }
    return new Promise((resolve, reject) => {
      this.queue.push({ command, resolve, reject });
      this.writing ??= this.writeQueue();
    });
  }

  /**
   * Does a transaction that only looks.
   *
   * @throws Refusal when its answer would be too long
   */
  readTxn(ops: TxnOp[]): TxnOutcome {
    const refusal = new Admission(this.state, this.options.limits).refusalOf({ type: 'txn', ops });
    if (refusal !== undefined) throw refusal;
    return applyTxn(this.state, ops, { index: this.state.index, touched: UNWATCHED, at: Date.now() });
  }

  /** About how long the answer of a transaction becomes, in bytes; is not looked further than to `most`. */
  answerBytes(ops: readonly TxnOp[], most: number): number {
    return answerBytes(this.state, ops, most);
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
      await this.write(this.takeBatch());
      if (this.segment.size >= this.foldAt && this.snapshotting === undefined) await this.fold();
    }
    this.writing = undefined;
  }

  /** Takes from the queue what is written at once, and refuses what the state has no room for. */
  private takeBatch(): Batch {
    const admission = new Admission(this.state, this.options.limits);
    const first = this.state.index + 1;
    const batch: Batch = { first, at: Date.now(), pending: [], lines: [] };
    const { batchEntries } = this.options.limits;
    let taken = 0;
    let length = 0;
    let work = 0;
    for (const pending of this.queue) {
      if (length >= MAX_WRITE_LENGTH || work >= batchEntries) break;
      work += workOf(this.state, pending.command, batchEntries);
      if (work > batchEntries && taken > 0) break;
      taken += 1;
      const line = lineOf(pending, admission, { i: first + batch.pending.length, b: first, t: batch.at });
      if (line === undefined) continue;
      batch.pending.push(pending);
      batch.lines.push(line);
      length += line.length;
    }
    this.queue.splice(0, taken);
    return batch;
  }

  private async write({ first, at, pending, lines }: Batch): Promise<void> {
    // Others have their turn also when there is nothing to wait for: finding that out may have taken long.
    if (pending.length === 0) return setImmediate();
    try {
      await this.segment.append(lines.join(''));
    } catch (error) {
      // While the disk is full every write fails: that is said once.
      const isNew = this.lastError === undefined || error instanceof LogDamagedError;
      if (isNew) this.logger.error({ err: error, commands: pending.length }, 'Could not write to the log');
      this.lastError = error as Error;
      if (error instanceof LogDamagedError) this.failure = error;
      for (const { reject } of pending) reject(error);
      return;
    }
    this.lastError = undefined;
    const touched = new Set<string>();
    for (const [place, { command, resolve, reject }] of pending.entries()) {
      const result = this.state.apply(command, first + place, touched, at);
      if (result instanceof Rejection) {
        if (result.cause !== undefined) this.logger.error({ err: result, index: first + place }, 'A command could not be applied');
        reject(result);
      } else resolve(result);
    }
    if (touched.size > 0) this.watchers.wake(touched);
  }

  /** Starts a new segment; the state as of its beginning is written beside further commands, and then replaces what is before. */
  private async fold(): Promise<void> {
    const { index } = this.state;
    try {
      const before = this.segment;
      this.segment = await LogSegment.begin(this.folder, index + 1);
      await before.close();
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
      this.foldAt = Math.max(this.options.minFoldBytes, bytes);
      this.logger.info({ index, bytes }, 'Snapshot written');
    } catch (error) {
      this.postponeFold(error);
    }
    this.snapshotting = undefined;
  }

  private postponeFold(error: unknown): void {
    this.foldAt = this.segment.size + this.options.minFoldBytes;
    this.logger.error({ err: error }, 'Could not fold the log into a snapshot; the log goes on');
  }
}

/** The line of a command for the log; undefined, and it is told why, when the command is not taken. */
function lineOf({ command, reject }: Pending, admission: Admission, place: Omit<LogRecord, 'c'>): string | undefined {
  try {
    const refusal = admission.refusalOf(command);
    if (refusal === undefined) return encodeRecord({ ...place, c: command } satisfies LogRecord);
    reject(refusal);
  } catch (error) {
    // One that cannot even be written down must not keep those behind it waiting.
    reject(error);
  }
  return undefined;
}
