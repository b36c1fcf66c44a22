/**
 * The hash tag of a partition's keys in Redis: with it, in a cluster, a consumer's own state lies in the same hash slot as the log's
 * partition, and a script may use both.
 *
 * @param partition counted from 0
 */
export function hashTag(topic: string, partition: number): string {
  return `{${topic}:${partition}}`;
}
