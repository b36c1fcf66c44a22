/** Settings of a {@link RequestLimiter}, read at each use. */
export interface RequestLimits {
  windowSeconds: number;
  /** Per key and window. */
  max: number;
}

const MAX_KEYS = 50_000;

/** Counts requests by key in fixed windows, in this process. */
export class RequestLimiter {
  #counts = new Map<string, number>();
  #windowEndsAt = 0;

  constructor(private readonly limits: () => RequestLimits) {}

  /** Counts one. */
  count(key: string): void {
    this.#turn();
    if (this.#counts.size < MAX_KEYS || this.#counts.has(key)) this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** Seconds until the key may go on; 0 when it may now. */
  waitSeconds(key: string): number {
    this.#turn();
    if ((this.#counts.get(key) ?? 0) < this.limits().max) return 0;
    return Math.max(1, Math.ceil((this.#windowEndsAt - performance.now()) / 1_000));
  }

  #turn(): void {
    const now = performance.now();
    if (now < this.#windowEndsAt) return;
    this.#counts = new Map();
    this.#windowEndsAt = now + this.limits().windowSeconds * 1_000;
  }
}
