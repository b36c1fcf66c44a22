import type { Handler, Route } from './router.js';

/** Paths below `/v1/`, each with the methods that it has. */
export type Paths = readonly (readonly [path: string, methods: readonly (keyof Route['methods'])[]])[];

/** Routes that all give the same answer. */
export function answeredAlike(paths: Paths, handler: Handler): Route[] {
  return paths.map(([path, methods]) => ({
    path: `/v1/${path}`,
    methods: Object.fromEntries(methods.map((method) => [method, handler])),
  }));
}
