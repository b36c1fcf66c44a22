import type { KvEntry } from '../entries.js';
import { type KvPut, putEntry } from '../tables/kv-rules.js';
import type { KvTable } from '../tables/kv-table.js';
import { SortedKeys } from '../tables/sorted-keys.js';
import type { Touched } from '../topics.js';

/** Keys as they would be after changes that are not made yet. */
export class KvDraft {
  /** Undefined = deleted. */
  private readonly changes = new Map<string, KvEntry | undefined>();
  private readonly changed = new SortedKeys();

  constructor(
    private readonly table: KvTable,
    private readonly index: number,
  ) {}

  get(key: string): KvEntry | undefined {
    return this.changes.has(key) ? this.changes.get(key) : this.table.get(key);
  }

  /** Entries below a prefix, in order of their keys. */
  list(prefix: string): KvEntry[] {
    const changed = [...this.changed.startingWith(prefix)];
    if (changed.length === 0) return [...this.table.list(prefix)];
    const entries = [...this.table.list(prefix)].filter(({ key }) => !this.changes.has(key));
    for (const key of changed) {
      const entry = this.changes.get(key);
      if (entry !== undefined) entries.push(entry);
    }
    return entries.sort((one, other) => (one.key < other.key ? -1 : 1));
  }

  /** @returns the entry as it is then; undefined when the condition of the put does not hold */
  put(put: KvPut): KvEntry | undefined {
    const existing = this.get(put.key);
    const entry = putEntry(existing, put, this.index);
    if (entry !== undefined && entry !== existing) this.change(put.key, entry);
    return entry;
  }

  delete(key: string): void {
    if (this.get(key) !== undefined) this.change(key, undefined);
  }

  /** Makes the changes. */
  commit(touched: Touched): void {
    for (const [key, entry] of this.changes) {
      if (entry === undefined) this.table.delete(key, undefined, this.index, touched);
      else this.table.store(entry, touched);
    }
  }

  private change(key: string, entry: KvEntry | undefined): void {
    if (!this.changes.has(key)) this.changed.add(key);
    this.changes.set(key, entry);
  }
}
