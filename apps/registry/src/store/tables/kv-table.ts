import { MAX_TOMBSTONE_BYTES } from '../../limits.js';
import type { SnapshotRecord } from '../command.js';
import type { KvEntry } from '../entries.js';
import { Topic, type Touched } from '../topics.js';
import { type KvPut, putEntry, releasedEntry } from './kv-rules.js';
import { SortedKeys } from './sorted-keys.js';

const MAX_TOMBSTONES = 10_000;
/** What is left of tombstones when they are too many, as a part of the limits: many are forgotten at once, since looking for them takes time. */
const KEPT_TOMBSTONES = 0.9;

/**
 * Keys and values. A deleted key leaves a tombstone with the index of its deletion, so that the index of a prefix never goes back;
 * of tombstones beyond the limit only the newest dropped index is kept.
 */
export class KvTable {
  private readonly entries = new Map<string, KvEntry>();
  /** All keys; made when they are first read in order, so that a start need not wait for it. */
  private sorted: SortedKeys | undefined;
  /** Keys by the session that holds them. */
  private readonly held = new Map<string, Set<string>>();
  private readonly tombstones = new Map<string, number>();
  private readonly tombstoneKeys = new SortedKeys();
  private tombstoneBytes = 0;
  private bytes = 0;
  private droppedTombstone = 0;
  /** Of the last change of any key. */
  private tableIndex = 0;

  get size(): number {
    return this.entries.size;
  }

  /** How much of what the limits are about is held: bytes of keys and values together. */
  usage(): { bytes: number; keys: number } {
    return { bytes: this.bytes, keys: this.entries.size };
  }

  get(key: string): KvEntry | undefined {
    return this.entries.get(key);
  }

  /** Entries below a prefix, in order of their keys. */
  *list(prefix: string): Generator<KvEntry> {
    for (const key of this.keys.startingWith(prefix)) {
      const entry = this.entries.get(key);
      if (entry !== undefined) yield entry;
    }
  }

  /** How many there are below a prefix. */
  count(prefix: string): number {
    return this.keys.countStartingWith(prefix);
  }

  /** The index of a key: of its last change; for a missing one that of the last change of all. */
  indexOf(key: string): number {
    return this.entries.get(key)?.modifyIndex ?? this.tableIndex;
  }

  /** The index of a prefix: of the last change, deletions included, below it. */
  indexBelow(prefix: string): number {
    if (prefix === '') return this.tableIndex;
    let index = 0;
    for (const entry of this.list(prefix)) index = Math.max(index, entry.modifyIndex);
    for (const key of this.tombstoneKeys.startingWith(prefix)) index = Math.max(index, this.tombstones.get(key) ?? 0);
    // With nothing there it is that of all keys: anything less could be behind what was told before tombstones were forgotten.
    return index === 0 ? this.tableIndex : Math.max(index, this.droppedTombstone);
  }

  /** Keys that a session holds, in their order: that of their acquisition is not known any more after a snapshot. */
  heldBy(session: string): string[] {
    return [...(this.held.get(session) ?? [])].sort();
  }

  /** @returns false when the condition of the put does not hold */
  put(put: KvPut, index: number, touched: Touched): boolean {
    const existing = this.entries.get(put.key);
    const entry = putEntry(existing, put, index);
    if (entry === undefined) return false;
    if (entry !== existing) this.store(entry, touched);
    return true;
  }

  /** Puts an entry in its place as it is, as changed now. */
  store(entry: KvEntry, touched: Touched): void {
    this.set(entry);
    this.change(entry.key, entry.modifyIndex, touched);
  }

  /** Lets go of a key whose session has ended. */
  release(key: string, index: number, touched: Touched): void {
    const existing = this.entries.get(key);
    if (existing !== undefined) this.store(releasedEntry(existing, index), touched);
  }

  /** @returns false when `cas` does not hold; deleting a missing key succeeds */
  delete(key: string, cas: number | undefined, index: number, touched: Touched): boolean {
    const existing = this.entries.get(key);
    if (existing === undefined) return true;
    if (cas !== undefined && cas !== existing.modifyIndex) return false;
    this.remove(key, index, touched);
    return true;
  }

  deleteTree(prefix: string, index: number, touched: Touched): void {
    const keys = this.keys.takeStartingWith(prefix);
    // Tombstones that would only make room for the next of the same tree are not set up at all.
    const unburied = keys.length - MAX_TOMBSTONES * KEPT_TOMBSTONES;
    if (unburied > 0) this.droppedTombstone = index;
    for (const [at, key] of keys.entries()) {
      this.drop(key, index, touched);
      if (at >= unburied) this.bury(key, index);
    }
  }

  /** The table as records; the entries are never changed in place, so the list stays true while the table goes on. */
  records(): SnapshotRecord[] {
    return [
      ...[...this.entries.values()].map((entry) => ({ type: 'kv', entry }) as const),
      ...[...this.tombstones].map(([key, index]) => ({ type: 'tombstone', key, index }) as const),
    ];
  }

  indexes(): { kv: number; droppedTombstone: number } {
    return { kv: this.tableIndex, droppedTombstone: this.droppedTombstone };
  }

  restoreIndexes({ kv = 0, droppedTombstone = 0 }: Record<string, number>): void {
    this.tableIndex = kv;
    // More are forgotten while they are read when the limits were higher before.
    this.droppedTombstone = Math.max(this.droppedTombstone, droppedTombstone);
  }

  restore(entry: KvEntry): void {
    this.set(entry);
  }

  restoreTombstone(key: string, index: number): void {
    this.bury(key, index);
  }

  private get keys(): SortedKeys {
    this.sorted ??= new SortedKeys(this.entries.keys());
    return this.sorted;
  }

  private set(entry: KvEntry): void {
    const existing = this.entries.get(entry.key);
    if (existing === undefined) this.sorted?.add(entry.key);
    else this.bytes -= kvWeight(existing);
    this.bytes += kvWeight(entry);
    this.noteHolder(entry.key, existing?.session, entry.session);
    this.entries.set(entry.key, entry);
    this.dig(entry.key);
  }

  private remove(key: string, index: number, touched: Touched): void {
    this.sorted?.delete(key);
    this.drop(key, index, touched);
    this.bury(key, index);
  }

  /** Of a key that is in order no more. */
  private drop(key: string, index: number, touched: Touched): void {
    const existing = this.entries.get(key);
    if (existing === undefined) return;
    this.bytes -= kvWeight(existing);
    this.noteHolder(key, existing.session, undefined);
    this.entries.delete(key);
    this.change(key, index, touched);
  }

  private noteHolder(key: string, before: string | undefined, after: string | undefined): void {
    if (before === after) return;
    if (before !== undefined) {
      const keys = this.held.get(before.toLowerCase());
      keys?.delete(key);
      if (keys?.size === 0) this.held.delete(before.toLowerCase());
    }
    if (after === undefined) return;
    const holder = after.toLowerCase();
    this.held.set(holder, (this.held.get(holder) ?? new Set()).add(key));
  }

  private bury(key: string, index: number): void {
    this.tombstones.set(key, index);
    this.tombstoneKeys.add(key);
    this.tombstoneBytes += Buffer.byteLength(key);
    if (this.hasTombstones(1)) this.forgetTombstones();
  }

  /** Whether there are more than a part of the limits. */
  private hasTombstones(part: number): boolean {
    return this.tombstones.size > MAX_TOMBSTONES * part || this.tombstoneBytes > MAX_TOMBSTONE_BYTES * part;
  }

  private forgetTombstones(): void {
    for (const [oldest, oldestIndex] of this.tombstones) {
      if (!this.hasTombstones(KEPT_TOMBSTONES)) return;
      this.dig(oldest);
      this.droppedTombstone = Math.max(this.droppedTombstone, oldestIndex);
    }
  }

  private dig(key: string): void {
    if (!this.tombstones.delete(key)) return;
    this.tombstoneKeys.delete(key);
    this.tombstoneBytes -= Buffer.byteLength(key);
  }

  private change(key: string, index: number, touched: Touched): void {
    this.tableIndex = index;
    touched.add(Topic.key(key));
  }
}

/** What an entry counts towards the limit, in bytes: its key and its value as clients send them. */
export function kvWeight({ key, value }: Pick<KvPut, 'key' | 'value'>): number {
  return Buffer.byteLength(key) + (value === null ? 0 : Buffer.byteLength(value, 'base64'));
}
