/**
 * A place in one partition of a log, to be stored and compared for equality only: what it looks like is the log's own affair.
 * {@link BEGINNING} stands before the first record.
 */
export type Offset = string;

/** The offset before the first record of every partition: what a group starts from that has read nothing. */
export const BEGINNING: Offset = '0';

/** One record to append. */
export interface LogEntry {
  /** Decides the partition (see `partitionOf`): records of one key keep their order. */
  key: string;
  value: string;
  /** What the writer has to say of the value, kept beside it (a record header in Kafka's words); absent or empty = nothing. */
  header?: string;
}

/** One record as the log keeps it. */
export interface LogRecord {
  offset: Offset;
  /** When the log took the record, in ms since the epoch. The same at every replay. */
  at: number;
  value: string;
  /** See {@link LogEntry.header}. */
  header?: string;
}

/** First and last record that a partition still holds; undefined when it holds none. */
export interface LogBounds {
  earliest: Offset | undefined;
  latest: Offset | undefined;
}

/**
 * How a stored offset stands to what the log holds now. `within`: the next record follows it without a gap. `trimmed`: records
 * after it are gone. `ahead`: the log never came this far, so it was lost or restored from an older copy.
 */
export type OffsetStanding = 'within' | 'trimmed' | 'ahead';

/** Reads several partitions of one topic on a connection of its own. Not for concurrent use. */
export interface LogReader {
  /**
   * Waits until a partition has records after its position.
   *
   * @param positions the offset after which to read, by partition
   * @param max most records per partition
   * @param waitMs longest wait; then, or after {@link wake}, the answer is empty
   * @returns records by partition, in order; partitions without new ones are left out
   */
  read(positions: ReadonlyMap<number, Offset>, max: number, waitMs: number): Promise<Map<number, LogRecord[]>>;
  /** Ends a wait that is under way. */
  wake(): void;
  /** Ends a wait that is under way and gives the connection back. */
  close(): Promise<void>;
}

/** One process' part in a group: which partitions it reads now. */
export interface GroupMembership {
  /** The id by which the group knows this process. */
  readonly member: string;
  /** Shows that this process lives, and takes or gives up partitions so that all members have a fair share. @returns the partitions to read */
  renew(): Promise<number[]>;
  /** Gives every partition up at once. */
  leave(): Promise<void>;
}

/**
 * A partitioned, ordered, replayable log. One transport implements it per sub-folder.
 *
 * Delivery is at least once; a reader makes it exactly once by storing the offset in the transaction of its result, and by
 * changing that offset only from the value that it read (compare and set), so that a former owner of a partition cannot count twice.
 */
export interface PartitionedLog {
  /**
   * Makes sure that the topic has as many partitions as are configured, which is noted the first time that anyone opens it.
   *
   * @throws PartitionCountError when it has another number; what the transport throws when it cannot be reached
   */
  open(topic: string): Promise<void>;
  /** How many partitions a topic has. Never changes while the topic holds records. */
  partitions(topic: string): number;
  /**
   * Appends records; those of one key keep their order.
   *
   * @returns once they are durable
   * @throws AppError `STREAM_BACKLOG_FULL` or `STREAM_UNAVAILABLE` (both retriable); some of the records may have been appended
   */
  append(topic: string, entries: readonly LogEntry[]): Promise<void>;
  /** Reads up to `max` records after an offset; none when there are none. Never waits: see {@link openReader}. */
  read(topic: string, partition: number, after: Offset, max: number): Promise<LogRecord[]>;
  /** A reader that can wait, on its own connection; the caller closes it. */
  openReader(topic: string): LogReader;
  bounds(topic: string, partition: number): Promise<LogBounds>;
  standing(topic: string, partition: number, offset: Offset): Promise<OffsetStanding>;
  /**
   * Joins a group of processes that share the partitions of a topic. Nothing is sent before the first `renew`.
   *
   * @throws UnknownGroupError when the group is not configured: what it has not read yet would be dropped
   */
  join(topic: string, group: string): GroupMembership;
  /** Tells the log that a group has stored its results up to `offset`, so that it may drop what no group needs any more. */
  committed(topic: string, partition: number, group: string, offset: Offset): Promise<void>;
}

/** Injection token of the {@link PartitionedLog}. */
export const PARTITIONED_LOG = Symbol('PARTITIONED_LOG');

/** The configured partition count is not that of the topic: keys would be looked for, and counted, in other partitions. */
export class PartitionCountError extends Error {
  override readonly name = 'PartitionCountError';

  constructor(topic: string, actual: number, configured: number) {
    super(`streaming.partitions is ${configured}, but topic ${topic} has ${actual} partitions: set it back to ${actual}`);
  }
}

/** The log does not keep records for this group. */
export class UnknownGroupError extends Error {
  override readonly name = 'UnknownGroupError';

  constructor(group: string, configured: readonly string[]) {
    super(
      `The consumer group ${group} is not in streaming.groups (${configured.join(', ')}): records would be dropped before it has read them`,
    );
  }
}
