import { SHORT_ANSWER_BYTES } from '../limits.js';
import { Budget, type Share } from './budget.js';
import { ConsulError } from './consul-error.js';

/** The room of one long answer. */
export interface Place {
  /** The client has taken enough of its answer for now. */
  refresh(): void;
  /** Gives the room back. */
  leave(): void;
}

/** The long answers on their way to clients, with a bound for all. Where it is reached, those give way that are taken slowly. */
export class LongAnswers {
  private readonly budget: Budget;
  /** From when on each gives way. */
  private readonly yieldsAt = new Map<Share, { at: number; cutOff: () => void }>();

  /** @param maxBytes of all together; one that is alone may have more */
  constructor(maxBytes: number) {
    this.budget = new Budget(maxBytes);
  }

  /**
   * @param bytes what it keeps in memory; a short one needs no place
   * @param patienceMs how long the client may need until it has taken enough of it
   * @param cutOff ends the answer, and with it its connection
   * @throws ConsulError 429 when all are too much together, and none is slow
   */
  enter(bytes: number, patienceMs: number, cutOff: () => void): Place | undefined {
    if (bytes <= SHORT_ANSWER_BYTES) return undefined;
    const share = this.budget.share();
    while (!share.grow(bytes)) {
      if (!this.cutOffSlowest()) throw new ConsulError(429, 'Limit reached: the answers under way are too much together; try again later');
    }
    const entry = { at: performance.now() + patienceMs, cutOff };
    this.yieldsAt.set(share, entry);
    return {
      refresh: () => (entry.at = performance.now() + patienceMs),
      leave: () => {
        this.yieldsAt.delete(share);
        share.release();
      },
    };
  }

  /** @returns false when all are taken fast enough */
  private cutOffSlowest(): boolean {
    const [slowest] = [...this.yieldsAt].sort(([, one], [, other]) => one.at - other.at);
    if (slowest === undefined) return false;
    const [share, { at, cutOff }] = slowest;
    if (at > performance.now()) return false;
    this.yieldsAt.delete(share);
    share.release();
    cutOff();
    return true;
  }
}
