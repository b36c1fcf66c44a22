import { parsePathPattern, toWords } from '../predicate/path-pattern.js';
import type { RoutePredicate } from '../predicate/predicate.types.js';
import { RouteTable } from './route-table.js';
import type { Route } from './route.types.js';

function route(id: string, patterns: string[], predicates: RoutePredicate[] = []): Route {
  return { id, paths: patterns.map(parsePathPattern), predicates } as unknown as Route;
}

const isPost: RoutePredicate = { accepts: ({ method }) => method === 'POST' };

function find(routes: Route[], path: string, method = 'GET'): string | undefined {
  return new RouteTable(routes).find({ words: toWords(path), method, host: 'localhost' })?.id;
}

describe(RouteTable.name, () => {
  it('finds by path, and nothing where no route is', () => {
    const routes = [route('a', ['/a/**', '/x']), route('b', ['/b'])];
    expect(find(routes, '/a')).toBe('a');
    expect(find(routes, '/a/')).toBe('a');
    expect(find(routes, '/a/b/c')).toBe('a');
    expect(find(routes, '/x')).toBe('a');
    expect(find(routes, '/b')).toBe('b');
    expect(find(routes, '/b/')).toBeUndefined();
    expect(find(routes, '/')).toBeUndefined();
  });

  it('takes the first in order, not the most exact', () => {
    expect(find([route('wide', ['/a/**']), route('exact', ['/a/b'])], '/a/b')).toBe('wide');
    expect(find([route('exact', ['/a/b']), route('wide', ['/a/**'])], '/a/b')).toBe('exact');
    expect(find([route('any', ['/{x}/b']), route('literal', ['/a/b'])], '/a/b')).toBe('any');
    expect(find([route('glob', ['/a*']), route('any', ['/*'])], '/b')).toBe('any');
  });

  it('goes on to the next where a predicate does not accept', () => {
    const routes = [route('post', ['/a'], [isPost]), route('rest', ['/a'])];
    expect(find(routes, '/a', 'POST')).toBe('post');
    expect(find(routes, '/a')).toBe('rest');
  });

  it('tries a route without a path for every path, in its turn', () => {
    const routes = [route('a', ['/a']), route('all', []), route('b', ['/b'])];
    expect(find(routes, '/a')).toBe('a');
    expect(find(routes, '/b')).toBe('all');
    expect(find(routes, '/')).toBe('all');
  });

  it('finds the one of many', () => {
    const many = Array.from({ length: 2_000 }, (_, index) => route(`r${index}`, [`/svc/${index}/**`]));
    expect(find(many, '/svc/1999/x')).toBe('r1999');
  });
});
