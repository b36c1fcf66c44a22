/** Parameters that answers kept in the cache depend on: by being there at all, by their first value, by all their values. */
const FLAGS = ['keys', 'raw', 'recurse'];
const SINGLE = ['filter', 'near', 'passing', 'peer', 'separator', 'seperator'];
const REPEATED = ['node-meta', 'tag'];

/**
 * What an answer depends on beside the state. Other parameters do not count, be they known (how long a client waits, who it is) or not:
 * whoever invents one would have an answer of his own made every time.
 */
export function cacheKey(path: string, query: URLSearchParams): string {
  if (query.size === 0) return path;
  const flags = FLAGS.filter((name) => query.has(name));
  const first = SINGLE.map((name) => query.get(name));
  const all = REPEATED.map((name) => query.getAll(name));
  return `${path}?${JSON.stringify([flags, first, all])}`;
}
