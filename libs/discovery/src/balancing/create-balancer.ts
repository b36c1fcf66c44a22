import type { Balancer, BalancingStrategy, Random } from './balancer.types.js';
import { LeastPending } from './least-pending.js';
import { RoundRobin } from './round-robin.js';
import { SmoothWeighted } from './smooth-weighted.js';

/** A balancer by its name in the configuration. */
export function createBalancer(strategy: BalancingStrategy, random: Random): Balancer {
  switch (strategy) {
    case 'least-pending':
      return new LeastPending(random);
    case 'round-robin':
      return new RoundRobin(random);
    case 'weighted':
      return new SmoothWeighted(random);
  }
}
