const AT_ONCE = 10;
const PER_SECOND = 2;

/**
 * How soon a watch may ask again after a change: ten times at once, and twice a second where changes do not end, so that a registry whose
 * every answer is new cannot keep the process busy.
 */
export class WatchTurns {
  private left = AT_ONCE;
  private countedAt = 0;

  /**
   * @param now in ms, of a clock that only goes forward
   * @returns how long to wait before the turn, in ms
   */
  take(now: number): number {
    this.left = Math.min(AT_ONCE, this.left + ((now - this.countedAt) / 1_000) * PER_SECOND) - 1;
    this.countedAt = now;
    return this.left >= 0 ? 0 : (-this.left / PER_SECOND) * 1_000;
  }
}
