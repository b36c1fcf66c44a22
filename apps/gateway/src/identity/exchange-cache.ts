/** What is remembered of an exchange. */
interface Entry<V> {
  readonly value: V;
  /** On the clock of `now`, ms. */
  readonly expiresAt: number;
}

/** Limits of a cache. */
export interface ExchangeCacheOptions {
  maxEntries: number;
  /** ms; a monotonic clock. */
  now?: () => number;
}

/**
 * Answers of exchanges by key: bounded (the least recently used goes first), each for its own time, and loaded once however many ask at
 * the same moment. What is being loaded while entries are dropped is handed to those who wait and not remembered: it may be from before.
 */
export class ExchangeCache<V> {
  private readonly entries = new Map<string, Entry<V>>();
  private readonly pending = new Map<string, Promise<V>>();
  private readonly now: () => number;
  private generation = 0;
  private isOpen = true;

  constructor(private readonly options: ExchangeCacheOptions) {
    this.now = options.now ?? (() => performance.now());
  }

  get size(): number {
    return this.entries.size;
  }

  /** What is remembered, if it is still good. */
  get(key: string): V | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    this.entries.delete(key);
    if (entry.expiresAt <= this.now()) return undefined;
    // A Map keeps the order of insertion: the first is the least recently used.
    this.entries.set(key, entry);
    return entry.value;
  }

  /**
   * Loads what is not there; at most once at a time for a key.
   *
   * @param load gives the value and for how long it is good, in ms
   * @throws what `load` throws; nothing is remembered then
   */
  load(key: string, load: () => Promise<{ value: V; ttlMs: number }>): Promise<V> {
    const known = this.pending.get(key);
    if (known !== undefined) return known;
    const loading = this.fetch(key, load).finally(() => {
      if (this.pending.get(key) === loading) this.pending.delete(key);
    });
    this.pending.set(key, loading);
    return loading;
  }

  /** Remembers a value for `ttlMs`. */
  remember(key: string, value: V, ttlMs: number): void {
    this.entries.delete(key);
    this.entries.set(key, { value, expiresAt: this.now() + ttlMs });
    const [oldest] = this.entries.keys();
    if (this.entries.size > this.options.maxEntries && oldest !== undefined) this.entries.delete(oldest);
  }

  /** Drops entries. */
  dropWhere(isUnwanted: (value: V, key: string) => boolean): void {
    this.forgetPending();
    for (const [key, { value }] of this.entries) if (isUnwanted(value, key)) this.entries.delete(key);
  }

  /** Drops everything; `closed`: and remembers nothing until it is cleared `open`. */
  clear(state: 'open' | 'closed' = 'open'): void {
    this.forgetPending();
    this.entries.clear();
    this.isOpen = state === 'open';
  }

  private forgetPending(): void {
    this.generation += 1;
    this.pending.clear();
  }

  private async fetch(key: string, load: () => Promise<{ value: V; ttlMs: number }>): Promise<V> {
    const { generation } = this;
    const { value, ttlMs } = await load();
    if (this.isOpen && generation === this.generation && ttlMs > 0) this.remember(key, value, ttlMs);
    return value;
  }
}
