import { Pool } from 'undici';

/** An address that requests are sent to: how many are there now, and the connections to it. */
export interface Upstream {
  /** `http://address:port` */
  readonly origin: string;
  inFlight: number;
  lastUsed: number;
  /** By connect timeout, ms. */
  readonly pools: Map<number, Pool>;
}

/** Shorter than what servers commonly keep idle connections for, so that a request seldom meets one that is being closed. */
const KEEP_ALIVE_MS = 4_000;
const KEEP_ALIVE_MARGIN_MS = 2_000;
const SWEEP_MS = 30_000;

/** Pools of keep-alive connections by address; those nobody uses any more are closed. */
export class UpstreamPools {
  private readonly upstreams = new Map<string, Upstream>();
  private readonly sweeper: NodeJS.Timeout;

  /** @param idleAfterMs without use, after which the connections to an address are closed */
  constructor(private readonly idleAfterMs: number) {
    this.sweeper = setInterval(() => this.sweep(), SWEEP_MS).unref();
  }

  /** @param origin `http://address:port` */
  get(origin: string): Upstream {
    const existing = this.upstreams.get(origin);
    if (existing !== undefined) return existing;
    const created = { origin, inFlight: 0, lastUsed: performance.now(), pools: new Map<number, Pool>() };
    this.upstreams.set(origin, created);
    return created;
  }

  /** The pool for an upstream: routes differ in how long they wait for a connection, ms. */
  pool({ origin, pools }: Upstream, connectTimeout: number): Pool {
    const existing = pools.get(connectTimeout);
    if (existing !== undefined) return existing;
    const created = openPool(origin, connectTimeout);
    pools.set(connectTimeout, created);
    return created;
  }

  /** Closes every connection; requests under way are ended. */
  async close(): Promise<void> {
    clearInterval(this.sweeper);
    const closing = [...this.upstreams.values()].flatMap(({ pools }) => [...pools.values()].map((pool) => pool.destroy()));
    this.upstreams.clear();
    await Promise.all(closing);
  }

  private sweep(): void {
    const limit = performance.now() - this.idleAfterMs;
    for (const [origin, { inFlight, lastUsed, pools }] of this.upstreams) {
      if (inFlight > 0 || lastUsed > limit) continue;
      this.upstreams.delete(origin);
      for (const pool of pools.values()) void pool.close();
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
