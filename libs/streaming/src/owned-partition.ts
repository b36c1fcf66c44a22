import type { Offset } from './partitioned-log.js';

const FIRST_RETRY_MS = 200;
const LONGEST_RETRY_MS = 10_000;

/** A partition that this process reads: where it stands, and whether it can be read now. */
export class OwnedPartition {
  /** What the group's store holds: the next batch must follow it. */
  stored: Offset = '';
  /** Records after this one come next. Differs from `stored` only when the log is not the one that `stored` came from. */
  position: Offset = '';
  /** A batch is being handled. */
  isBusy = false;
  /** Failures since the last success. */
  failures = 0;
  private isLoaded = false;
  private retry: NodeJS.Timeout | undefined;

  constructor(readonly id: number) {}

  get isReady(): boolean {
    return this.isLoaded && !this.isBusy;
  }

  start(stored: Offset, position: Offset): void {
    this.stored = stored;
    this.position = position;
    this.isLoaded = true;
  }

  advance(offset: Offset): void {
    this.stored = offset;
    this.position = offset;
    this.failures = 0;
  }

  /** Notes a failure. @returns how long to pause, in ms: doubling, with a random part so that instances do not come in step */
  failed(): number {
    this.isLoaded = false;
    this.failures += 1;
    const longest = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (this.failures - 1));
    return Math.round(longest * (0.5 + Math.random() / 2));
  }

  later(delayMs: number, action: () => void): void {
    this.retry = setTimeout(action, delayMs);
  }

  /** Gives the partition up: nothing happens with it any more. */
  release(): void {
    clearTimeout(this.retry);
    this.isLoaded = false;
  }
}
