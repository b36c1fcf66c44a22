import type { Offset } from './partitioned-log.js';

/** Where a group keeps its offsets: in the store, and the transaction, of its results. */
export interface CheckpointStore {
  /** @returns the offset stored with the last result of this partition, `BEGINNING` when there is none */
  load(topic: string, partition: number): Promise<Offset>;
}
