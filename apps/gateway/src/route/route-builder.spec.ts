import type { GatewayFilter } from '../filter/filter.types.js';
import { forwardedHeaders } from '../filter/forwarded-headers.filter.js';
import { requestIdFilter } from '../filter/request-id.filter.js';
import { stripPrefixFilter } from '../filter/strip-prefix.filter.js';
import { PREDICATES } from '../predicate/predicates.js';
import { buildRoute, type RouteVocabulary, sortRoutes } from './route-builder.js';
import { parseFilterDefinitions, parseRouteDefinitions } from './route-definition.parser.js';
import { RouteError } from './route-error.js';
import type { Route } from './route.types.js';

const vocabulary: RouteVocabulary = {
  predicates: PREDICATES,
  filters: new Map([[stripPrefixFilter.name, stripPrefixFilter]]),
  globalFilters: [forwardedHeaders('http://a'), requestIdFilter],
  timeouts: { connect: 1, response: 2, body: 3, client: 4 },
};

function build(entry: object, defaultFilters: string[] = []): Route {
  const [definition] = parseRouteDefinitions([{ id: 'r', uri: 'lb://system', ...entry }]);
  return buildRoute(definition!, vocabulary, parseFilterDefinitions('(all)', defaultFilters));
}

function refusal(entry: object): string {
  try {
    build(entry);
  } catch (error) {
    if (error instanceof RouteError) return error.message;
    throw error;
  }
  return 'built';
}

describe(buildRoute.name, () => {
  it('looks up services and addresses', () => {
    expect(build({}).target).toEqual({ kind: 'service', service: 'system' });
    expect(build({ uri: 'https://a.example:8443/' }).target).toEqual({ kind: 'address', origin: 'https://a.example:8443' });
  });

  it('sorts filters by their order: global, default and own ones together', () => {
    const orders = (filters: readonly GatewayFilter[]) => filters.map(({ order }) => order);
    const { filters } = build({ filters: ['StripPrefix=1'] }, ['StripPrefix=2']);
    expect(filters).toHaveLength(4);
    expect(orders(filters)).toEqual([...orders(filters)].sort((one, other) => one - other));
    expect(filters[0]).toBe(requestIdFilter);
  });

  it('takes timeouts from the metadata, the rest from the configuration', () => {
    expect(build({ metadata: { 'response-timeout': '1500', 'connect-timeout': 10 } }).timeouts).toEqual({
      connect: 10,
      response: 1500,
      body: 3,
    });
    expect(build({ metadata: { 'response-timeout': -1 } }).timeouts.response).toBe(0);
  });

  it('puts the path apart from the other predicates', () => {
    const { paths, predicates } = build({ predicates: ['Path=/a/**,/b', 'Method=GET'] });
    expect(paths.map(({ text }) => text)).toEqual(['/a/**', '/b']);
    expect(predicates).toHaveLength(1);
  });

  it.each([
    [{ uri: 'system' }, 'route r: uri: "system" is not an absolute URI'],
    [{ uri: 'ftp://a' }, 'scheme "ftp:"'],
    [{ uri: 'lb://a/b' }, 'must have no path'],
    [{ uri: 'http://u:p@a' }, 'credentials'],
    [{ uri: 'lb://' }, 'not the name of a service'],
    [{ predicates: ['Paht=/a'] }, 'route r: predicates[0] "Paht=/a": there is no Paht here; known are Host, Method, Path'],
    [{ filters: ['StripPrefix=x'] }, 'route r: filters[0] "StripPrefix=x": parts: '],
    [{ filters: ['StripPrefix=1,2'] }, 'takes at most 1 arguments, got 2'],
    [{ filters: [{ name: 'StripPrefix', args: { part: 1 } }] }, 'part is not a known argument'],
    [{ predicates: ['Path=a'] }, 'pattern "a" must begin with "/"'],
    [{ predicates: ['Path='] }, 'predicates[0] "Path=": patterns: '],
    [{ metadata: { 'response-timeout': 'soon' } }, 'metadata.response-timeout: must be a whole number'],
  ])('refuses %j', (entry, message) => {
    expect(refusal(entry)).toContain(message);
  });
});

describe(sortRoutes.name, () => {
  it('sorts by order and leaves equal ones as they are', () => {
    const route = (id: string, order: number) => ({ id, order }) as Route;
    expect(sortRoutes([route('a', 1), route('b', 0), route('c', 1)]).map(({ id }) => id)).toEqual(['b', 'a', 'c']);
  });
});
