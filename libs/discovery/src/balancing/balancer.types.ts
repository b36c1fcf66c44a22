/** What a balancer knows of an instance. */
export interface Candidate {
  readonly id: string;
  /** Its share of the requests, relative to the others'; above zero, or zero for all of a list. */
  readonly weight: number;
  /** Requests of this process that are under way there. */
  readonly pending: number;
}

/** Chooses from a list; the list may be another one each time. */
export interface Balancer {
  /** @returns undefined from an empty list */
  choose<T extends Candidate>(candidates: readonly T[]): T | undefined;
}

/** At least 0, below 1: `Math.random`, or what a test gives. */
export type Random = () => number;

/** How an instance is chosen. */
export const BALANCING_STRATEGIES = ['least-pending', 'round-robin', 'weighted'] as const;

/** One of {@link BALANCING_STRATEGIES}. */
export type BalancingStrategy = (typeof BALANCING_STRATEGIES)[number];
