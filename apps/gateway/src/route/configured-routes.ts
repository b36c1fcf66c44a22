import type { GatewayConfig } from '../gateway.config.js';
import { buildRoute, type RouteVocabulary } from './route-builder.js';
import { parseFilterDefinitions, parseRouteDefinitions } from './route-definition.parser.js';
import type { Route } from './route.types.js';

/**
 * The routes of the configuration.
 *
 * @throws RouteError with the first mistake: the set is taken as a whole or not at all
 */
export function configuredRoutes(config: Pick<GatewayConfig, 'routes' | 'defaultFilters'>, vocabulary: RouteVocabulary): Route[] {
  const defaultFilters = parseFilterDefinitions('(all)', config.defaultFilters);
  return parseRouteDefinitions(config.routes).map((definition) => buildRoute(definition, vocabulary, defaultFilters));
}
