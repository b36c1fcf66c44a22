import { ConsulError } from './consul-error.js';
import type { ConsulRequest, ConsulResponse } from './consul-request.js';

/** Answers one kind of request. */
export type Handler = (request: ConsulRequest) => ConsulResponse | Promise<ConsulResponse>;

/** A path, and what answers it by method. A path that ends in `/` takes everything below it. */
export interface Route {
  readonly path: string;
  readonly methods: Readonly<Partial<Record<'GET' | 'PUT' | 'POST' | 'DELETE', Handler>>>;
  /** Longest body in bytes, and the text that a longer one is answered with. */
  readonly body?: { readonly limit: number; readonly tooLarge: (bytes: number) => string };
}

/** A route and what it left over of the path. */
export interface Match {
  readonly route: Route;
  readonly rest: string;
}

/** Finds routes: exact paths first, then the longest that begins the path. */
export class Router {
  private readonly exact = new Map<string, Route>();
  private readonly prefixes: Route[];

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      if (!route.path.endsWith('/')) this.exact.set(route.path, route);
    }
    this.prefixes = routes.filter(({ path }) => path.endsWith('/')).sort((one, other) => other.path.length - one.path.length);
  }

  /** @throws ConsulError 404 when there is no such path */
  find(path: string): Match {
    const exact = this.exact.get(path);
    if (exact !== undefined) return { route: exact, rest: '' };
    const route = this.prefixes.find((candidate) => path.startsWith(candidate.path));
    if (route === undefined) throw new ConsulError(404, 'Invalid URL path: not a recognized HTTP API endpoint');
    return { route, rest: path.slice(route.path.length) };
  }
}

/** @throws ConsulError 405 when the route does not answer this method */
export function handlerOf({ methods }: Route, method: string): Handler {
  const handler = Object.hasOwn(methods, method) ? methods[method as keyof typeof methods] : undefined;
  if (handler !== undefined) return handler;
  const allowed = Object.keys(methods).sort().join(',');
  throw new ConsulError(405, `method ${method} not allowed`, { allow: allowed });
}
