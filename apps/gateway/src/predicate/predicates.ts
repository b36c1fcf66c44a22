import { hostPredicate } from './host.predicate.js';
import { methodPredicate } from './method.predicate.js';
import { pathPredicate } from './path.predicate.js';
import type { PredicateFactory } from './predicate.types.js';

/** Every predicate that routes may name. */
export const PREDICATES: ReadonlyMap<string, PredicateFactory> = new Map(
  [hostPredicate, methodPredicate, pathPredicate].map((factory) => [factory.name, factory]),
);
