/** A mistake in a set of routes: which route, which entry of it, and why. The set is refused as a whole. */
export class RouteError extends Error {
  override readonly name = 'RouteError';

  constructor(
    /** The route's id, or its place in the list (`routes[2]`). */
    readonly route: string,
    /** `uri`, `predicates[0] "Path="`, ... */
    readonly entry: string,
    readonly reason: string,
  ) {
    super(`route ${route}: ${entry}: ${reason}`);
  }
}
