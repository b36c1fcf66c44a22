const FIRST_MS = 200;
const LONGEST_MS = 30_000;
const FORGIVEN_AFTER_MS = 60_000;

/** How long a part that died waits before it is started again: 0.2 s, doubling to 30 s, from the start again after a minute of health. */
export class BackOff {
  #next = FIRST_MS;

  /**
   * @param healthyForMs how long the part was healthy before it died; 0 = never
   * @returns the wait in ms
   */
  next(healthyForMs: number): number {
    if (healthyForMs >= FORGIVEN_AFTER_MS) this.#next = FIRST_MS;
    const wait = this.#next;
    this.#next = Math.min(wait * 2, LONGEST_MS);
    return wait;
  }
}
