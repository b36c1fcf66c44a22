interface Entry<T> {
  value: Promise<T>;
  expiresAt: number;
}

/** Settings of an {@link ExpiringCache}. */
export interface ExpiringCacheOptions {
  /** Read at each load, so that live configuration holds. In ms. */
  ttlMs: () => number;
  maxSize: number;
}

/** Remembers what was loaded for a short time, and loads once for all who ask meanwhile. Failures are not remembered. */
export class ExpiringCache<T> {
  readonly #entries = new Map<string, Entry<T>>();

  constructor(private readonly options: ExpiringCacheOptions) {}

  async get(key: string, load: () => Promise<T>): Promise<T> {
    const known = this.#entries.get(key);
    if (known !== undefined && known.expiresAt > performance.now()) return known.value;
    const entry: Entry<T> = { value: load(), expiresAt: Infinity };
    this.#put(key, entry);
    try {
      const value = await entry.value;
      entry.expiresAt = performance.now() + this.options.ttlMs();
      return value;
    } catch (error) {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
      throw error;
    }
  }

  #put(key: string, entry: Entry<T>): void {
    this.#entries.delete(key);
    const oldest = this.#entries.keys().next();
    if (this.#entries.size >= this.options.maxSize && oldest.done !== true) this.#entries.delete(oldest.value);
    this.#entries.set(key, entry);
  }
}
