import { ConsulError } from '../http/consul-error.js';
import { FILTER_TIME, MAX_FILTER_STEPS, MAX_PATTERN_SIZE } from '../limits.js';

/** What the filters of all clients have left of the time that they may take together; it comes back by and by. */
export class FilterTime {
  private leftMs = FILTER_TIME.burstMs;
  private at = performance.now();

  get isOver(): boolean {
    this.refill(performance.now());
    return this.leftMs <= 0;
  }

  take(from: number, to: number): void {
    this.refill(to);
    this.leftMs -= to - from;
  }

  private refill(now: number): void {
    this.leftMs = Math.min(this.leftMs + ((now - this.at) * FILTER_TIME.msPerSecond) / 1_000, FILTER_TIME.burstMs);
    this.at = now;
  }
}

const sharedTime = new FilterTime();

/**
 * Counts what one filter does, before it does it: the process answers nobody meanwhile. For one list it has a number of steps, whatever they
 * are spent on; what all filters together take is bounded too, since a list that somebody waits for is filtered again at each change.
 */
export class FilterWork {
  private steps = 0;
  private patternSize = 0;

  constructor(private readonly shared = sharedTime) {}

  /** @throws ConsulError 400 when the regular expressions of the filter are larger together than they may be */
  spendOnPattern(size: number): void {
    this.patternSize += size;
    if (this.patternSize > MAX_PATTERN_SIZE) {
      throw new ConsulError(400, `Limit reached: the regular expressions of a filter may have a size of ${MAX_PATTERN_SIZE}`);
    }
  }

  /**
   * Lists are filtered in one go, so the count begins again with the next turn.
   *
   * @throws ConsulError 400 when it is too much for one list; 429 when the filters of all take too much and this one is no short one
   */
  spend(steps: number): void {
    if (this.steps === 0) queueMicrotask(() => (this.steps = 0));
    const before = this.steps;
    this.steps += steps;
    if (this.steps > MAX_FILTER_STEPS)
      throw new ConsulError(400, `Limit reached: a filter may take ${MAX_FILTER_STEPS} steps for one list`);
    const isNoLongerShort = before <= FILTER_TIME.shortSteps && this.steps > FILTER_TIME.shortSteps;
    if (isNoLongerShort && this.shared.isOver) throw new ConsulError(429, 'Limit reached: the filters of all clients take too much time');
  }

  /** Runs a part of the filter on the time of all. */
  time<T>(run: () => T): T {
    const from = performance.now();
    try {
      return run();
    } finally {
      this.shared.take(from, performance.now());
    }
  }
}
