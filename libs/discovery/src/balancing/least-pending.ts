import type { Balancer, Candidate, Random } from './balancer.types.js';
import { RoundRobin } from './round-robin.js';

/**
 * Of two instances, the one with fewer requests under way for its weight. One of the two is the next in turn, the other any: where nothing
 * is under way this is round robin, and under load as good as looking at all, without the herd onto an instance that has just come
 * (many callers that each look at all choose the same one).
 */
export class LeastPending implements Balancer {
  private readonly turns: RoundRobin;

  constructor(private readonly random: Random) {
    this.turns = new RoundRobin(random);
  }

  choose<T extends Candidate>(candidates: readonly T[]): T | undefined {
    const place = this.turns.next(candidates.length);
    const next = candidates[place];
    if (next === undefined || candidates.length === 1) return next;
    const distance = 1 + Math.floor(this.random() * (candidates.length - 1));
    const other = candidates[(place + distance) % candidates.length];
    return other !== undefined && isLessLoaded(other, next) ? other : next;
  }
}

/** By requests for each unit of weight, without a division: all weights may be zero. */
function isLessLoaded(one: Candidate, other: Candidate): boolean {
  return one.pending * (other.weight || 1) < other.pending * (one.weight || 1);
}
