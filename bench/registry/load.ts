import { setTimeout as wait } from 'node:timers/promises';
import { type Connection } from './connection.ts';

const SETTLE_TURNS = 20;
const SETTLE_TURN_MS = 20;

/** What one slice of load came to. */
export interface Rate {
  readonly requests: number;
  readonly perSecond: number;
  readonly p99Ms: number;
  /** The part of its core that the load generator used: below a half it could have done more than twice as much. */
  readonly generatorShare: number;
}

/** When a slice ends: after so many requests, or so many seconds. */
export type Until = { requests: number } | { seconds: number };

/**
 * Sends one request after the other on each connection.
 *
 * @param request the n-th request
 * @throws Error at the first answer that is not 200
 */
export async function sendLoad(connections: readonly Connection[], until: Until, request: (n: number) => string): Promise<Rate> {
  const latencies: number[] = [];
  const started = performance.now();
  const cpuBefore = process.cpuUsage();
  const last = 'requests' in until ? until.requests : Infinity;
  const deadline = 'seconds' in until ? started + until.seconds * 1_000 : Infinity;
  let sent = 0;
  const run = async (connection: Connection) => {
    while (sent < last) {
      const begun = performance.now();
      if (begun >= deadline) return;
      const { status, head } = await connection.ask(request(sent++));
      if (status !== 200) throw new Error(`Unexpected answer: ${head}`);
      latencies.push(performance.now() - begun);
    }
  };
  await Promise.all(connections.map(run));
  const seconds = (performance.now() - started) / 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    requests: latencies.length,
    perSecond: latencies.length / seconds,
    p99Ms: quantile(latencies, 0.99),
    generatorShare: (user + system) / 1e6 / seconds,
  };
}

/** How long after a change those who wait for it had their answers, in ms. */
export interface Wakes {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly allMs: number;
}

/** How a key is read and written. */
export interface WatchRequests {
  /** @param query more parameters, each behind a `&` */
  readonly read: (query: string) => string;
  readonly write: (value: string) => string;
}

/** Readers that wait for one key, each on a connection of its own. */
export class KeyWatchers {
  private readonly connections: readonly Connection[];
  private readonly writer: Connection;
  private readonly requests: WatchRequests;

  constructor(connections: readonly Connection[], writer: Connection, requests: WatchRequests) {
    this.connections = connections;
    this.writer = writer;
    this.requests = requests;
  }

  /**
   * Lets all wait and then wakes them.
   *
   * @param whileWaiting is done while all wait
   */
  async wake(whileWaiting: () => void): Promise<Wakes> {
    const first = await this.writer.ask(this.requests.read(''));
    const index = /\r\nx-consul-index: (\d+)/.exec(first.head)?.[1] ?? '';
    const request = this.requests.read(`&index=${index}&wait=5m`);
    const arrivals = Promise.all(this.connections.map(async (connection) => connection.ask(request).then(() => performance.now())));
    // Nothing tells that a request is being held; only that what was sent after it is answered.
    for (let turn = 0; turn < SETTLE_TURNS; turn += 1) {
      await wait(SETTLE_TURN_MS);
      await this.writer.ask(this.requests.read(''));
    }
    whileWaiting();
    const started = performance.now();
    await this.writer.ask(this.requests.write(index));
    const times = (await arrivals).map((arrived) => arrived - started);
    return { p50Ms: quantile(times, 0.5), p99Ms: quantile(times, 0.99), allMs: Math.max(...times) };
  }
}

/** The value that this part of all is not above. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}
