import { hashTag } from '../hash-tag.js';

/** The start of the keys of one partition of the log. */
export function partitionTag(topic: string, partition: number): string {
  return `log:${hashTag(topic, partition)}`;
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
