/** How many checks are made at once: a connection that hangs holds memory until its timeout. */
export const MAX_PROBES = 256;

/** Lets only so many things run at once; the others wait in the order in which they came. */
export class ProbeSlots {
  private readonly waiting: (() => void)[] = [];
  private taken = 0;

  constructor(private readonly slots = MAX_PROBES) {}

  /** @returns what `work` does, once there is room for it */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.taken < this.slots) this.taken += 1;
    else await this.turn();
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      // The slot goes from hand to hand.
      if (next === undefined) this.taken -= 1;
      else next();
    }
  }

  private turn(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.waiting.push(() => resolve(undefined));
    return promise;
  }
}
