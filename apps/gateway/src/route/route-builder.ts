import type { FilterFactory, GatewayFilter } from '../filter/filter.types.js';
import type { GatewayConfig } from '../gateway.config.js';
import type { PathPattern } from '../predicate/path-pattern.js';
import type { PathPredicate, PredicateFactory, RoutePredicate } from '../predicate/predicate.types.js';
import type { PartFactory } from './part-factory.js';
import type { PartDefinition, RouteDefinition } from './route-definition.types.js';
import { RouteError } from './route-error.js';
import type { Route, RouteTarget, RouteTimeouts } from './route.types.js';

/** The words that routes are written with, and what holds for all of them. */
export interface RouteVocabulary {
  readonly predicates: ReadonlyMap<string, PredicateFactory>;
  readonly filters: ReadonlyMap<string, FilterFactory>;
  /** Run for every route. */
  readonly globalFilters: readonly GatewayFilter[];
  readonly timeouts: GatewayConfig['timeouts'];
}

const SERVICE_NAME = /^[a-z][a-z0-9-]{0,62}$/i;
const MAX_TIMEOUT_MS = 3_600_000;

/**
 * Builds a route of its definition.
 *
 * @param defaultFilters run for every configured route, before its own where the order is equal
 * @throws RouteError that names the entry and the reason
 */
export function buildRoute(
  definition: RouteDefinition,
  vocabulary: RouteVocabulary,
  defaultFilters: readonly PartDefinition[] = [],
): Route {
  const { id, order } = definition;
  const predicates = definition.predicates.map((part, index) => buildPart(id, `predicates[${index}]`, part, vocabulary.predicates));
  const paths = predicates.filter(isPathPredicate);
  const ownFilters = [...defaultFilters, ...definition.filters].map((part, index) => {
    const isDefault = index < defaultFilters.length;
    const place = isDefault ? `defaultFilters[${index}]` : `filters[${index - defaultFilters.length}]`;
    return buildPart(id, place, part, vocabulary.filters);
  });
  return {
    id,
    order,
    target: parseTarget(id, definition.uri),
    paths: paths[0]?.patterns ?? ([] as readonly PathPattern[]),
    // Routes are looked up by their first Path; a further one is a condition like any other.
    predicates: predicates.filter((predicate) => predicate !== paths[0]),
    filters: [...vocabulary.globalFilters, ...ownFilters].sort((one, other) => one.order - other.order),
    timeouts: parseTimeouts(id, definition.metadata, vocabulary.timeouts),
  };
}

/** Puts routes into the order in which they are tried: by `order`, equal ones as they come. */
export function sortRoutes(routes: readonly Route[]): Route[] {
  return [...routes].sort((one, other) => one.order - other.order);
}

function buildPart<P>(route: string, place: string, part: PartDefinition, factories: ReadonlyMap<string, PartFactory<P>>): P {
  const entry = `${place} ${JSON.stringify(part.text)}`;
  const factory = factories.get(part.name);
  if (factory === undefined) {
    throw new RouteError(route, entry, `there is no ${part.name} here; known are ${[...factories.keys()].sort().join(', ')}`);
  }
  const made = factory.make(part);
  if ('reason' in made) throw new RouteError(route, entry, made.reason);
  return made.part;
}

function isPathPredicate(predicate: RoutePredicate): predicate is PathPredicate {
  return 'patterns' in predicate;
}

function parseTarget(route: string, uri: string): RouteTarget {
  const url = URL.parse(uri);
  if (url === null) throw new RouteError(route, 'uri', `"${uri}" is not an absolute URI`);
  if (url.username !== '' || url.password !== '') throw new RouteError(route, 'uri', 'must not carry credentials');
  if (!['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '') {
    throw new RouteError(route, 'uri', 'must have no path, query or fragment: what is sent is the path of the request');
  }
  if (url.protocol === 'lb:') {
    if (!SERVICE_NAME.test(url.host)) throw new RouteError(route, 'uri', `"${url.host}" is not the name of a service`);
    return { kind: 'service', service: url.host };
  }
  if (url.protocol === 'http:' || url.protocol === 'https:') return { kind: 'address', origin: url.origin };
  throw new RouteError(route, 'uri', `scheme "${url.protocol}" is not one of lb:, http:, https:`);
}

/** `metadata.connect-timeout`, `response-timeout` and `body-timeout` in ms; a negative response-timeout means none. */
function parseTimeouts(route: string, metadata: RouteDefinition['metadata'], defaults: GatewayConfig['timeouts']): RouteTimeouts {
  const read = (key: string, fallback: number): number => {
    const value = metadata[key];
    if (value === undefined) return fallback;
    const number = typeof value === 'string' ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isInteger(number) || number > MAX_TIMEOUT_MS) {
      throw new RouteError(route, `metadata.${key}`, `must be a whole number of milliseconds up to ${MAX_TIMEOUT_MS}`);
    }
    return Math.max(0, number);
  };
  return {
    connect: read('connect-timeout', defaults.connect),
    response: read('response-timeout', defaults.response),
    body: read('body-timeout', defaults.body),
  };
}
