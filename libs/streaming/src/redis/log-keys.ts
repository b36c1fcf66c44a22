/**
 * Names of the log's keys. Those of one partition share the hash tag `{topic:partition}`, so that in a cluster they lie in one
 * hash slot, and a script may use them together; a consumer may keep its own state under the same tag.
 */
export function partitionTag(topic: string, partition: number): string {
  return `log:{${topic}:${partition}}`;
}

export function streamKey(topic: string, partition: number): string {
  return `${partitionTag(topic, partition)}:stream`;
}

/** Hash of group -> committed offset. */
export function groupsKey(topic: string, partition: number): string {
  return `${partitionTag(topic, partition)}:groups`;
}

/** How many records have been dropped. */
export function trimmedKey(topic: string, partition: number): string {
  return `${partitionTag(topic, partition)}:trimmed`;
}

/** Hash with the topic's partition count. */
export function metaKey(topic: string): string {
  return `log:{${topic}}:meta`;
}

/** Hash of a group's members and of who reads which partition. */
export function membersKey(topic: string, group: string): string {
  return `log:{${topic}}:members:${group}`;
}
