import type { RouteDefinition } from './route-definition.types.js';

/** Every service's own, for the platform and not for the world: health, metrics and the description of its API. */
const MANAGEMENT_PATHS = ['/health/**', '/metrics/**', '/openapi.json'];

/** Routes of the catalogue come after all configured ones of the usual order. */
const CATALOGUE_ORDER = 10_000;

/**
 * The route of a service that asks to be exposed: `/api/<service>/**`, prefix stripped, with the platform's identity instead of the
 * outside one.
 *
 * @param hiddenPaths further paths of services that are for the inside alone
 */
export function catalogueRoute(service: string, hiddenPaths: readonly string[]): RouteDefinition {
  const prefix = `/api/${service}`;
  const hidden = [...MANAGEMENT_PATHS, ...hiddenPaths].map((path) => prefix + path);
  return {
    id: `catalogue:${service}`,
    uri: `lb://${service}`,
    predicates: [{ name: 'Path', args: [`${prefix}/**`], text: `Path=${prefix}/**` }],
    filters: [
      { name: 'HidePaths', args: hidden, text: 'HidePaths' },
      { name: 'StripPrefix', args: ['2'], text: 'StripPrefix=2' },
      { name: 'TokenExchange', args: [service], text: `TokenExchange=${service}` },
    ],
    order: CATALOGUE_ORDER,
    metadata: {},
  };
}
