import { setTimeout as delay } from 'node:timers/promises';
import { type ConsulAnswer, ConsulCallContext } from './consul-client.js';
import { WatchTurns } from './watch-turns.js';

/** Options that a watched call has to hand to the client. */
export interface ConsulQueryOptions {
  index: string;
  wait: string;
  timeout: number;
  ctx: ConsulCallContext;
}

/** What to watch and whom to tell. */
export interface ConsulWatchOptions<T> {
  /** Calls the client with the given options, which its types know only in part. */
  query(options: ConsulQueryOptions): Promise<ConsulAnswer<T>>;
  /**
   * The answer changed, or came for the first time or after an outage. What it throws makes the answer a bad one: it counts as a failure.
   *
   * @param index of the answer, above zero; lower than the one before it where the registry has lost its state
   */
  onData(data: T, index: bigint): void;
  /** Consul did not answer or answered an error. Called for every failed attempt. */
  onError?(error: unknown): void;
  /** Longest time that one call waits for a change, in seconds. */
  waitSeconds?: number;
  /** Longest pause after errors, in ms. */
  maxPauseMs?: number;
}

/** A running watch. */
export interface ConsulWatch {
  close(): void;
}

const DEFAULT_WAIT_SECONDS = 120;
const DEFAULT_MAX_PAUSE_MS = 5_000;
const FIRST_PAUSE_MS = 100;
/** A server that answers the same without waiting is asked no more often than this, in ms. */
const MIN_TURN_MS = 500;

/**
 * Watches something with Consul's blocking queries: each call returns when the thing changes or the wait is over. The rules for
 * clients hold: an index that goes backwards starts over, and so does zero; after errors it pauses longer and longer, with jitter;
 * changes that do not end are asked for no more often than {@link WatchTurns} lets.
 *
 * @returns stops the watch; no listener is called after `close()`
 */
export function watchConsul<T>(options: ConsulWatchOptions<T>): ConsulWatch {
  const watch = new BlockingWatch(options);
  void watch.run();
  return watch;
}

type Turn = 'changed' | 'same' | 'failed';

class BlockingWatch<T> implements ConsulWatch {
  private readonly context = new ConsulCallContext();
  private readonly stop = new AbortController();
  private readonly turns = new WatchTurns();
  private index = 0n;
  private failures = 0;
  private isFirst = true;

  constructor(private readonly options: ConsulWatchOptions<T>) {}

  close(): void {
    this.stop.abort();
    this.context.cancel();
  }

  async run(): Promise<void> {
    const { signal } = this.stop;
    while (!signal.aborted) {
      const startedAt = performance.now();
      const pause = this.pauseAfter(await this.turn(), performance.now() - startedAt);
      if (pause > 0) await delay(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  private async turn(): Promise<Turn> {
    try {
      const [response, data] = await this.options.query(this.queryOptions());
      if (this.stop.signal.aborted) return 'same';
      const index = indexOf(response.headers['x-consul-index']);
      const isNews = this.advance(index) || this.isFirst || this.failures > 0;
      if (isNews) this.options.onData(data, index);
      this.isFirst = false;
      this.failures = 0;
      return isNews ? 'changed' : 'same';
    } catch (error) {
      if (this.stop.signal.aborted) return 'same';
      this.failures += 1;
      // The next answer comes at once, with whatever was missed.
      this.index = 0n;
      this.options.onError?.(error);
      return 'failed';
    }
  }

  private queryOptions(): ConsulQueryOptions {
    const seconds = this.options.waitSeconds ?? DEFAULT_WAIT_SECONDS;
    // The server adds up to a sixteenth of the wait.
    return { index: String(this.index), wait: `${seconds}s`, timeout: Math.ceil(seconds * 1_100) + 5_000, ctx: this.context };
  }

  private advance(index: bigint): boolean {
    const previous = this.index;
    this.index = index < previous ? 0n : index;
    return index !== previous;
  }

  private pauseAfter(turn: Turn, tookMs: number): number {
    if (turn === 'failed') {
      const ceiling = Math.min(FIRST_PAUSE_MS * 2 ** (this.failures - 1), this.options.maxPauseMs ?? DEFAULT_MAX_PAUSE_MS);
      return ceiling * (0.5 + Math.random() / 2);
    }
    if (turn === 'changed') return this.turns.take(performance.now());
    return tookMs < MIN_TURN_MS ? MIN_TURN_MS : 0;
  }
}

/** The index of an answer; a missing one or zero, which must never be waited on, counts as 1. */
function indexOf(header: string | string[] | undefined): bigint {
  const index = typeof header === 'string' && /^\d+$/.test(header) ? BigInt(header) : 0n;
  return index > 0n ? index : 1n;
}
