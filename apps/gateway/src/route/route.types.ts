import type { GatewayFilter } from '../filter/filter.types.js';
import type { PathPattern } from '../predicate/path-pattern.js';
import type { RoutePredicate } from '../predicate/predicate.types.js';

/** Where a route leads: a service of the catalogue, or one address. */
export type RouteTarget = { readonly kind: 'service'; readonly service: string } | { readonly kind: 'address'; readonly origin: string };

/** Limits of one route, in ms; 0 = none. */
export interface RouteTimeouts {
  readonly connect: number;
  readonly response: number;
  readonly body: number;
}

/** A route that is ready to take requests. */
export interface Route {
  readonly id: string;
  readonly target: RouteTarget;
  readonly order: number;
  /** Any of them; empty = every path. */
  readonly paths: readonly PathPattern[];
  /** All of them. */
  readonly predicates: readonly RoutePredicate[];
  /** The route's, the default and the global ones, by their order. */
  readonly filters: readonly GatewayFilter[];
  readonly timeouts: RouteTimeouts;
}
