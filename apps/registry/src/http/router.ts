import { ConsulError } from './consul-error.js';
import type { ConsulRequest, ConsulResponse } from './consul-request.js';
import { redirectTo } from './target.js';

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

const API = '/v1/';
const MAX_SLASHES = 6;

/** Finds routes: exact paths first, then the longest that begins the path. */
export class Router {
  private readonly exact = new Map<string, Route>();
  private readonly prefixes = new Map<string, Route>();

  constructor(routes: readonly Route[]) {
    for (const route of routes) (route.path.endsWith('/') ? this.prefixes : this.exact).set(route.path, route);
  }

  /** @throws ConsulError 307 when only a slash is missing at the end; 404 when there is no such path */
  find(path: string, search = ''): Match {
    const exact = this.exact.get(path);
    if (exact !== undefined) return { route: exact, rest: '' };
    if (this.prefixes.has(`${path}/`)) throw redirectTo(`${path}/`, search);
    // Names and keys may be long and full of slashes: no path of a route has more than a few.
    let end = path.indexOf('/', API.length);
    let found: Match | undefined;
    for (let slashes = 0; end !== -1 && slashes < MAX_SLASHES; slashes += 1) {
      const route = this.prefixes.get(path.slice(0, end + 1));
      if (route !== undefined) found = { route, rest: path.slice(end + 1) };
      end = path.indexOf('/', end + 1);
    }
    if (found !== undefined) return found;
    const hint = path.startsWith(API)
      ? 'not a recognized HTTP API endpoint'
      : "if attempting to use the HTTP API, ensure the path starts with '/v1/'";
    throw new ConsulError(404, `Invalid URL path: ${hint}\n`);
  }
}

/** @throws ConsulError 405 when the route does not answer this method */
export function handlerOf({ methods }: Route, method: string): Handler {
  const handler = Object.hasOwn(methods, method) ? methods[method as keyof typeof methods] : undefined;
  if (handler !== undefined) return handler;
  const headers = { Allow: ['OPTIONS', ...Object.keys(methods)].join(',') };
  if (method === 'OPTIONS') return () => ({ headers });
  throw new ConsulError(405, `method ${method} not allowed`, headers);
}
