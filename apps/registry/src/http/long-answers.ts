import { SHORT_ANSWER_BYTES } from '../limits.js';
import { Budget } from './budget.js';
import { ConsulError } from './consul-error.js';

/** The room of one long answer. */
export interface Place {
  /** The client has taken enough of its answer for now. */
  refresh(): void;
  /** There is no answer to take yet: it does not give way until the next refresh. */
  hold(): void;
  /** Gives the room back. */
  leave(): void;
}

/** The long answers on their way to clients, with a bound for all. Where it is reached, those give way that are taken slowly. */
export class LongAnswers {
  private readonly budget: Budget;

  /** @param maxBytes of all together; one that is alone may have more */
  constructor(maxBytes: number) {
    this.budget = new Budget(maxBytes);
  }

  /**
   * @param bytes what it keeps in memory; a short one needs no place
   * @param patienceMs how long the client may need until it has taken enough of it
   * @param cutOff ends the answer, and with it its connection
   * @param isRefusable false: it has its place whatever others take
   * @throws ConsulError 429 when all are too much together, and none is slow
   */
  enter(bytes: number, patienceMs: number, cutOff: () => void, isRefusable = true): Place | undefined {
    if (bytes <= SHORT_ANSWER_BYTES) return undefined;
    const share = this.budget.share(patienceMs, cutOff);
    const hasRoom = isRefusable ? share.grow(bytes) : share.growAnyway(bytes);
    if (!hasRoom) throw new ConsulError(429, 'Limit reached: the answers under way are too much together; try again later');
    return { refresh: () => share.refresh(), hold: () => share.keep(), leave: () => share.release() };
  }
}
