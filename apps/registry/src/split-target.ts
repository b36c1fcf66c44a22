/** The path of a request's target, and its query without the `?`; a query may have further ones. */
export function splitTarget(target = '/'): [path: string, query: string] {
  const at = target.indexOf('?');
  return at === -1 ? [target, ''] : [target.slice(0, at), target.slice(at + 1)];
}
