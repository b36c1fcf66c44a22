/** A set of strings that is read in order and by prefix. Order is that of UTF-16 code units. */
export class SortedKeys {
  private readonly keys: string[] = [];
  /** Added since the last read, not yet in `keys`. */
  private pending = new Set<string>();

  get size(): number {
    return this.keys.length + this.pending.size;
  }

  /** @param key must not be in the set */
  add(key: string): void {
    this.pending.add(key);
  }

  delete(key: string): void {
    if (this.pending.delete(key)) return;
    const at = this.lowerBound(key);
    if (this.keys[at] === key) this.keys.splice(at, 1);
  }

  /** All keys that start with `prefix`, in order. */
  *startingWith(prefix: string): Generator<string> {
    this.merge();
    for (let at = this.lowerBound(prefix); at < this.keys.length; at += 1) {
      const key = this.keys[at];
      if (!key?.startsWith(prefix)) return;
      yield key;
    }
  }

  private merge(): void {
    const added = this.pending;
    if (added.size === 0) return;
    this.pending = new Set();
    if (added.size > 32) {
      this.keys.push(...added);
      this.keys.sort(compare);
      return;
    }
    for (const key of added) this.keys.splice(this.lowerBound(key), 0, key);
  }

  private lowerBound(key: string): number {
    let low = 0;
    let high = this.keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.keys[middle] ?? '') < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
