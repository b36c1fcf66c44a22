import { setTimeout as delay } from 'node:timers/promises';
import type { Report } from './report.ts';
import { busyness } from './rhythm.ts';
import type { Sink, Tally } from './sink.ts';

/** How lines are moved. `rate` in lines per second, 0 = no limit. */
export interface PumpOptions {
  rate: number;
  dailyRhythm: boolean;
  count: number;
  batch: number;
}

const TICK_MS = 500;
const LONGEST_WAIT_MS = 60_000;
const MOST_DEBT_MS = 5_000;
const PROGRESS_EVERY_MS = 30_000;

/**
 * Moves lines from `source` to `sink` at the asked pace, until the source or the count ends or `signal` is aborted. Lines are asked for
 * when they are due, so nothing piles up while the sink is stuck; at most five seconds of missed lines are caught up.
 */
export async function pump(
  source: Iterable<string> | AsyncIterable<string>,
  sink: Sink,
  options: PumpOptions,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const lines = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  const pace = new Pace(options);
  let left = options.count;
  let toldAt = Date.now();
  let told = 0;
  while (left > 0 && !signal.aborted) {
    const due = Math.min(await pace.nextDue(signal), left, options.batch);
    if (due === 0) break;
    const batch = await take(lines, due);
    if (batch.length > 0) await sink.write(batch, signal);
    left -= batch.length;
    pace.spend(batch.length);
    if (batch.length < due) break;
    if (Date.now() - toldAt >= PROGRESS_EVERY_MS && sink.tally.sent > told) {
      toldAt = Date.now();
      told = sink.tally.sent;
      report.info('progress', countsOf(sink.tally));
    }
  }
}

/** The tally as fields of a log line. */
export function countsOf(tally: Readonly<Tally>): Record<string, number> {
  return { ...tally };
}

async function take(lines: Iterator<string> | AsyncIterator<string>, count: number): Promise<string[]> {
  const batch: string[] = [];
  while (batch.length < count) {
    const next = await lines.next();
    if (next.done === true) break;
    batch.push(next.value);
  }
  return batch;
}

/** Credit that grows with time and is spent by the line, half a second's worth at once. */
class Pace {
  readonly #options: PumpOptions;
  #credit = 0;
  #countedAt = performance.now();
  #spentAt = -Infinity;

  constructor(options: PumpOptions) {
    this.#options = options;
  }

  /** Waits until lines are due. Returns how many are, or 0 when `signal` was aborted meanwhile. */
  async nextDue(signal: AbortSignal): Promise<number> {
    const { rate, batch } = this.#options;
    if (rate === 0) return batch;
    for (;;) {
      const perSecond = this.#earn();
      const pauseMs = this.#spentAt + TICK_MS - performance.now();
      if (this.#credit >= batch || (this.#credit >= 1 && pauseMs <= 0)) return Math.floor(this.#credit);
      const waitMs = Math.max(pauseMs, ((1 - this.#credit) / perSecond) * 1_000, 1);
      await delay(Math.min(waitMs, LONGEST_WAIT_MS), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return 0;
    }
  }

  spend(lines: number): void {
    this.#credit -= lines;
    this.#spentAt = performance.now();
  }

  #earn(): number {
    const rate = this.#options.rate * (this.#options.dailyRhythm ? busyness(Date.now()) : 1);
    const now = performance.now();
    this.#credit = Math.min(this.#credit + ((now - this.#countedAt) / 1_000) * rate, Math.max((rate * MOST_DEBT_MS) / 1_000, 1));
    this.#countedAt = now;
    return rate;
  }
}
