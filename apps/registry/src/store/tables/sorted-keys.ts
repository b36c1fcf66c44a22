/** So few changes are made in place; more are made all at once, which costs as much as the set is large. */
const FEW = 32;

/** A set of strings that is read in order and by prefix. Order is that of UTF-16 code units. */
export class SortedKeys {
  private keys: string[];
  /** Added and deleted since the last read, not yet in `keys`. */
  private readonly added = new Set<string>();
  private readonly deleted = new Set<string>();

  constructor(keys: Iterable<string> = []) {
    this.keys = [...keys].sort();
  }

  get size(): number {
    return this.keys.length + this.added.size - this.deleted.size;
  }

  /** @param key must not be in the set */
  add(key: string): void {
    if (!this.deleted.delete(key)) this.added.add(key);
  }

  /** @param key must be in the set */
  delete(key: string): void {
    if (!this.added.delete(key)) this.deleted.add(key);
  }

  /** All keys that start with `prefix`, in order. The set must not change before they are read. */
  *startingWith(prefix: string): Generator<string> {
    this.merge();
    for (let at = lowerBound(this.keys, prefix); at < this.keys.length; at += 1) {
      const key = this.keys[at];
      if (!key?.startsWith(prefix)) return;
      yield key;
    }
  }

  /** How many start with `prefix`; takes no longer when there are many. */
  countStartingWith(prefix: string): number {
    this.merge();
    const from = lowerBound(this.keys, prefix);
    return this.endOf(prefix, from) - from;
  }

  /** Takes all keys that start with `prefix` out of the set. */
  takeStartingWith(prefix: string): string[] {
    this.merge();
    const from = lowerBound(this.keys, prefix);
    return this.keys.splice(from, this.endOf(prefix, from) - from);
  }

  /** The place after the last that starts with `prefix`; they follow each other, from `from` on. */
  private endOf(prefix: string, from: number): number {
    let low = from;
    let high = this.keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.keys[middle]?.startsWith(prefix) === true) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private merge(): void {
    const { added, deleted } = this;
    const changes = added.size + deleted.size;
    if (changes === 0) return;
    if (changes > FEW) this.keys = this.merged();
    else {
      for (const key of deleted) this.keys.splice(lowerBound(this.keys, key), 1);
      for (const key of added) this.keys.splice(lowerBound(this.keys, key), 0, key);
    }
    added.clear();
    deleted.clear();
  }

  private merged(): string[] {
    const merged: string[] = [];
    let from = 0;
    const copyUpTo = (end: number) => {
      for (const key of this.keys.slice(from, end)) merged.push(key);
      from = end;
    };
    for (const key of [...this.added, ...this.deleted].sort()) {
      copyUpTo(lowerBound(this.keys, key, from));
      if (this.added.has(key)) merged.push(key);
      else from += 1;
    }
    copyUpTo(this.keys.length);
    return merged;
  }
}

/** The place of the first that does not come before `text`. */
export function lowerBound(sorted: readonly string[], text: string, from = 0): number {
  let low = from;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? '') < text) low = middle + 1;
    else high = middle;
  }
  return low;
}
