/** How many checks may be begun at once: those that are done at once are most of them. */
const MAX_SLOTS = 256;

/**
 * How long one of them keeps its slot, in ms. A check may wait ten minutes for its target: as many of these as there are slots would let
 * no other be made. How many run at all is bounded by how many are registered, since none is made twice at once.
 */
const HELD_MS = 3_000;

/** Lets only so many things begin at once; the others wait in the order in which they came, but for nothing that takes long. */
export class ProbeSlots {
  private readonly waiting: (() => void)[] = [];
  private taken = 0;

  constructor(private readonly slots = MAX_SLOTS) {}

  /** @returns what `work` does, once there is room for it */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.taken < this.slots) this.taken += 1;
    else await this.turn();
    let isHeld = true;
    const giveBack = () => {
      if (isHeld) this.handOn();
      isHeld = false;
    };
    const timer = setTimeout(giveBack, HELD_MS).unref();
    try {
      return await work();
    } finally {
      clearTimeout(timer);
      giveBack();
    }
  }

  private turn(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.waiting.push(() => resolve(undefined));
    return promise;
  }

  /** The slot goes from hand to hand. */
  private handOn(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.taken -= 1;
    else next();
  }
}
