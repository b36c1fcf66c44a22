import type { Balancer, Candidate, Random } from './balancer.types.js';

const FIRST_TURNS = 1_000;

/** One after the other; the turns go on when the list changes. */
export class RoundRobin implements Balancer {
  private turn: number;

  /** @param random where the turns begin: processes that start together must not all begin with the same instance */
  constructor(random: Random) {
    this.turn = Math.floor(random() * FIRST_TURNS);
  }

  choose<T extends Candidate>(candidates: readonly T[]): T | undefined {
    return candidates[this.next(candidates.length)];
  }

  /** The place in a list whose turn it is. */
  next(length: number): number {
    this.turn = (this.turn + 1) % Number.MAX_SAFE_INTEGER;
    return length === 0 ? 0 : this.turn % length;
  }
}
