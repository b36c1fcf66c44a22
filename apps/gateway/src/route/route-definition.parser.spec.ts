import { parseRouteDefinitions } from './route-definition.parser.js';
import { RouteError } from './route-error.js';

function refusal(entries: unknown[]): string {
  try {
    parseRouteDefinitions(entries);
  } catch (error) {
    if (error instanceof RouteError) return error.message;
    throw error;
  }
  return 'taken';
}

describe(parseRouteDefinitions.name, () => {
  it('reads shortcuts and the long form alike, with defaults', () => {
    const [route] = parseRouteDefinitions([
      { id: 'one', uri: 'lb://auth', predicates: ['Path=/a', { name: 'Method', args: { methods: 'GET,POST' } }] },
    ]);
    expect(route).toEqual({
      id: 'one',
      uri: 'lb://auth',
      predicates: [
        { name: 'Path', args: ['/a'], text: 'Path=/a' },
        { name: 'Method', args: { methods: 'GET,POST' }, text: 'Method' },
      ],
      filters: [],
      order: 0,
      metadata: {},
    });
  });

  it.each([
    [[{ uri: 'lb://a' }], 'route routes[0]: id: '],
    [['text'], 'route routes[0]: entry: '],
    [[{ id: 'a', uri: 'lb://a', predicate: [] }], 'route a: predicate: is not a known key'],
    [[{ id: 'a', uri: 'lb://a', order: 'x' }], 'route a: order: '],
    [[{ id: 'a', uri: 'lb://a', filters: ['Strip Prefix=1'] }], 'route a: filters[0] "Strip Prefix=1": is not of the form'],
    [[{ id: 'a', uri: 'lb://a', filters: [{ name: 'X', arg: {} }] }], 'route a: arg: is not a known key'],
    [[{ id: 'a', uri: 'lb://a', predicates: [{ name: '' }] }], 'route a: predicates[0].name: '],
    [[{ id: 'a b', uri: 'lb://a' }], 'route a b: id: must be'],
    [
      [
        { id: 'a', uri: 'lb://a' },
        { id: 'a', uri: 'lb://b' },
      ],
      'route a: id: is given to more than one route',
    ],
  ])('refuses %j', (entries, message) => {
    expect(refusal(entries)).toContain(message);
  });
});
