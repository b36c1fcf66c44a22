/**
 * Values by key, listed in the order of their keys. The list is made when it is first asked for after a change, and shared until the next:
 * it must not be changed.
 */
export class OrderedMap<T> {
  private readonly entries = new Map<string, T>();
  private list: readonly T[] | undefined;

  /** The same values in a map of its own. */
  copy(): OrderedMap<T> {
    const copy = new OrderedMap<T>();
    for (const [key, value] of this.entries) copy.entries.set(key, value);
    copy.list = this.list;
    return copy;
  }

  get size(): number {
    return this.entries.size;
  }

  get(key: string): T | undefined {
    return this.entries.get(key);
  }

  set(key: string, value: T): void {
    this.entries.set(key, value);
    this.list = undefined;
  }

  delete(key: string): void {
    if (this.entries.delete(key)) this.list = undefined;
  }

  values(): readonly T[] {
    this.list ??= [...this.entries].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, value]) => value);
    return this.list;
  }
}
