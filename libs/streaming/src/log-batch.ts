import type { LogRecord, Offset } from './partitioned-log.js';

/** What a {@link BatchHandler} is given: records of one partition, in order, never empty. */
export interface LogBatch {
  topic: string;
  partition: number;
  /** The stored offset that this batch follows. Store {@link to} only where this is what is stored now. */
  from: Offset;
  /** The offset to store in the transaction of the result: that of the last record. */
  to: Offset;
  records: LogRecord[];
}

/**
 * What became of a batch. `committed`: result and offset are stored. `superseded`: the stored offset was not `from` (another process
 * has taken the partition over), so nothing was stored. A handler that throws gets the same batch again after a pause.
 */
export type BatchOutcome = 'committed' | 'superseded';
