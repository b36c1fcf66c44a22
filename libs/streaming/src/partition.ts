/**
 * The partition of a key: FNV-1a (32 bits) over its UTF-16 code units, modulo the count. Stable for ever: records of one key must
 * stay together, so the count of a live topic is never changed.
 *
 * @param key such as a station code
 * @param partitions how many there are, at least 1
 */
export function partitionOf(key: string, partitions: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  // FNV's low bits are weak for short numeric keys: fold the high half in.
  return ((hash ^ (hash >>> 16)) >>> 0) % partitions;
}
