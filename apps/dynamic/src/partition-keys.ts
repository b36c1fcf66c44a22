import { Topic } from '@app/contracts';

/**
 * The start of every key of one partition's state. Its hash tag is that of the log's partition: in a cluster they share a slot, and a
 * script may change them together.
 */
export function partitionPrefix(partition: number): string {
  return `dynamic:{${Topic.PassRecords}:${partition}}:`;
}

/** The partition's offset: the last record of the log whose result is in the partition's state. */
export function offsetKey(partition: number): string {
  return `${partitionPrefix(partition)}offset`;
}
