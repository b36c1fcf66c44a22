import { Pool } from 'undici';

/** What a pool of connections to one address is opened with. */
export interface PoolSettings {
  /** ms */
  connectTimeout: number;
  /** ms without use after which the pool is closed */
  idleAfterMs: number;
}

/** Connections to one address, and how many requests are on them. */
export interface UpstreamPool {
  readonly origin: string;
  readonly dispatcher: Pool;
  inFlight: number;
  lastUsed: number;
}

/** Shorter than what servers commonly keep idle connections for, so that a request seldom meets one that is being closed. */
const KEEP_ALIVE_MS = 4_000;
const KEEP_ALIVE_MARGIN_MS = 2_000;
const SWEEP_MS = 30_000;

/** One pool of keep-alive connections per address; those nobody uses any more are closed. */
export class UpstreamPools {
  private readonly pools = new Map<string, UpstreamPool>();
  private readonly sweeper: NodeJS.Timeout;

  constructor(private readonly settings: Pick<PoolSettings, 'idleAfterMs'>) {
    this.sweeper = setInterval(() => this.sweep(), SWEEP_MS).unref();
  }

  /** @param origin `http://address:port` */
  get(origin: string, connectTimeout: number): UpstreamPool {
    const key = `${origin} ${connectTimeout}`;
    const existing = this.pools.get(key);
    if (existing !== undefined) return existing;
    const created = { origin, dispatcher: openPool(origin, connectTimeout), inFlight: 0, lastUsed: performance.now() };
    this.pools.set(key, created);
    return created;
  }

  /** Requests at an address now, over all its pools. */
  inFlight(origin: string, connectTimeout: number): number {
    return this.pools.get(`${origin} ${connectTimeout}`)?.inFlight ?? 0;
  }

  /** Closes every connection; requests under way are ended. */
  async close(): Promise<void> {
    clearInterval(this.sweeper);
    const closing = [...this.pools.values()].map(({ dispatcher }) => dispatcher.destroy());
    this.pools.clear();
    await Promise.all(closing);
  }

  private sweep(): void {
    const limit = performance.now() - this.settings.idleAfterMs;
    for (const [key, pool] of this.pools) {
      if (pool.inFlight > 0 || pool.lastUsed > limit) continue;
      this.pools.delete(key);
      void pool.dispatcher.close();
    }
  }
}

function openPool(origin: string, connectTimeout: number): Pool {
  return new Pool(origin, {
    connections: null,
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveTimeoutThreshold: KEEP_ALIVE_MARGIN_MS,
    connect: { timeout: connectTimeout, autoSelectFamily: true },
  });
}
