import type { Balancer, Candidate, Random } from './balancer.types.js';

/** Instances that went are forgotten when this many times more are remembered than there are. */
const FORGET_FACTOR = 2;

/**
 * As often as the weight says, spread evenly: of weights 5, 1, 1 it chooses a a b a c a a, not a a a a a b c (nginx' smooth weighted round
 * robin). Each choice gives every instance credit for its weight, takes the one with the most, and lets it pay for all.
 */
export class SmoothWeighted implements Balancer {
  private readonly credits = new Map<string, number>();

  /** @param random what an instance begins with: processes that start together must not all begin with the heaviest */
  constructor(private readonly random: Random) {}

  choose<T extends Candidate>(candidates: readonly T[]): T | undefined {
    const total = candidates.reduce((sum, { weight }) => sum + (weight || 1), 0);
    let best: T | undefined;
    let most = -Infinity;
    for (const candidate of candidates) {
      const credit = (this.credits.get(candidate.id) ?? this.random() * total) + (candidate.weight || 1);
      this.credits.set(candidate.id, credit);
      if (credit <= most) continue;
      best = candidate;
      most = credit;
    }
    if (best !== undefined) this.credits.set(best.id, most - total);
    if (this.credits.size > candidates.length * FORGET_FACTOR) this.forgetOthers(candidates);
    return best;
  }

  private forgetOthers(candidates: readonly Candidate[]): void {
    const ids = new Set(candidates.map(({ id }) => id));
    for (const id of this.credits.keys()) if (!ids.has(id)) this.credits.delete(id);
  }
}
