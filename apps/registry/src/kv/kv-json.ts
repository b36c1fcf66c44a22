import type { Pieces } from '../http/consul-request.js';
import type { KvEntry } from '../store/entries.js';

/** An entry as Consul writes it. Made by hand: `Flags` may be greater than a JavaScript number can say exactly. */
export function kvJson(entry: KvEntry): string {
  return kvJsonWith(entry, entry.value === null ? 'null' : `"${entry.value}"`);
}

function kvJsonWith(entry: KvEntry, valueJson: string): string {
  const session = entry.session === undefined ? '' : `,"Session":${JSON.stringify(entry.session)}`;
  const { lockIndex, key, flags, createIndex, modifyIndex } = entry;
  return (
    `{"LockIndex":${lockIndex},"Key":${JSON.stringify(key)},"Flags":${flags},"Value":${valueJson}` +
    `${session},"CreateIndex":${createIndex},"ModifyIndex":${modifyIndex}}`
  );
}

/** A list of entries; each is written only when it is sent, and again for each to whom it is sent. */
export function kvListJson(entries: readonly KvEntry[]): Pieces {
  let bytes = 2 + Math.max(entries.length - 1, 0);
  for (const entry of entries) {
    // Base64 has one byte a character, so that the values need not be written to be measured.
    bytes += Buffer.byteLength(kvJsonWith(entry, '')) + (entry.value === null ? 'null'.length : entry.value.length + 2);
  }
  return { bytes, parts: { [Symbol.iterator]: () => listParts(entries) } };
}

function* listParts(entries: readonly KvEntry[]): Generator<string> {
  for (const [at, entry] of entries.entries()) yield `${at === 0 ? '[' : ','}${kvJson(entry)}`;
  yield entries.length === 0 ? '[]' : ']';
}

/**
 * Key names below a prefix, cut behind the first separator after it, without repetition.
 *
 * @param separator empty = names are not cut
 */
export function cutKeys(entries: Iterable<KvEntry>, prefix: string, separator: string): string[] {
  const names = new Set<string>();
  for (const { key } of entries) {
    const at = separator === '' ? -1 : key.indexOf(separator, prefix.length);
    names.add(at === -1 ? key : key.slice(0, at + separator.length));
  }
  return [...names];
}
