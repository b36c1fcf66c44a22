import type { PartFactory } from '../route/part-factory.js';
import type { PathPattern } from './path-pattern.js';

/** What of a request decides its route. */
export interface MatchedRequest {
  readonly method: string;
  /** The segments of the path in normal form: see `toWords`. */
  readonly words: readonly string[];
  /** The host of the request, lower case, without port. */
  readonly host: string;
}

/** Whether a route takes a request. */
export interface RoutePredicate {
  accepts(request: MatchedRequest): boolean;
}

/** A predicate on the path: apart from the others, because routes are looked up by it. */
export interface PathPredicate extends RoutePredicate {
  readonly patterns: readonly PathPattern[];
}

/** Makes predicates of one name. */
export type PredicateFactory = PartFactory<RoutePredicate>;
