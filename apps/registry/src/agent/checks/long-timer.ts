/** The longest that one timer takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** A timer of any length, whose end can be put off without setting it anew. */
export class LongTimer {
  private timer: NodeJS.Timeout;
  private endsAt: number;

  /** @param ms may be more than Node's timers take */
  constructor(
    ms: number,
    private readonly onEnd: () => void,
  ) {
    this.endsAt = performance.now() + ms;
    this.timer = this.arm(ms);
  }

  /** Ends `ms` from now, which is no earlier than it would have. */
  putOff(ms: number): void {
    this.endsAt = performance.now() + ms;
  }

  cancel(): void {
    clearTimeout(this.timer);
  }

  private arm(ms: number): NodeJS.Timeout {
    return setTimeout(
      () => {
        // Timers are exact to a millisecond.
        const left = this.endsAt - performance.now();
        if (left < 1) this.onEnd();
        else this.timer = this.arm(left);
      },
      Math.min(Math.ceil(ms), MAX_TIMER_MS),
    );
  }
}
