import { STORE_LIMITS } from '../../limits.js';

/** How many checks may be begun at once: those that are done at once are most of them. */
const MAX_SLOTS = 256;

/**
 * How long one of them keeps its slot, in ms. A check may wait ten minutes for its target: as many of these as there are slots would let
 * no other be made. How many run at all has a bound of its own.
 */
const HELD_MS = 3_000;

/** Lets only so many things begin at once; the others wait in the order in which they came, but for nothing that takes long. */
export class ProbeSlots {
  private readonly waiting: (() => void)[] = [];
  /** How many hold a slot. */
  private taken = 0;
  /** How many run, with a slot or because they take long. */
  private running = 0;

  /** @param most how many may run at all: of the checks that may be registered none is made twice at once */
  constructor(
    private readonly slots = MAX_SLOTS,
    private readonly most = STORE_LIMITS.checks,
  ) {}

  /** @returns what `work` does, once there is room for it */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.hasRoom()) this.begin();
    else await this.turn();
    const slot = { isHeld: true };
    const timer = setTimeout(() => this.giveBack(slot), HELD_MS).unref();
    try {
      return await work();
    } finally {
      clearTimeout(timer);
      this.running -= 1;
      this.giveBack(slot);
    }
  }

  private hasRoom(): boolean {
    return this.taken < this.slots && this.running < this.most;
  }

  private begin(): void {
    this.taken += 1;
    this.running += 1;
  }

  private turn(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.waiting.push(() => resolve(undefined));
    return promise;
  }

  private giveBack(slot: { isHeld: boolean }): void {
    if (slot.isHeld) this.taken -= 1;
    slot.isHeld = false;
    while (this.hasRoom()) {
      const next = this.waiting.shift();
      if (next === undefined) return;
      this.begin();
      next();
    }
  }
}
