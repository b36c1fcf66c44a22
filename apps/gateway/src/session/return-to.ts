/** Of the result: it travels in a cookie, beside those of other attempts, and percent-encoding makes it longer. */
const MAX_LENGTH = 1_024;
const BASE = 'http://gateway.invalid';

/**
 * Where to go after sign-in: a path of this gateway, with query and fragment. Anything that a browser could read as another site (`//x`,
 * `/\x`, control characters that URL parsers drop) is replaced by `/`, and so are the sign-in pages themselves.
 */
export function safeReturnTo(value: unknown): string {
  if (typeof value !== 'string' || !/^\/(?![/\\])/.test(value) || /[\p{Cc}\\]/u.test(value)) return '/';
  const url = URL.parse(value, BASE);
  if (url?.origin !== BASE || url.pathname.startsWith('//') || /^\/(?:login|logout)(?:\/|$)/.test(url.pathname)) return '/';
  const path = url.pathname + url.search + url.hash;
  return path.length > MAX_LENGTH ? '/' : path;
}
