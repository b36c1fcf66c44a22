import type { IncomingHttpHeaders } from 'node:http';

/** Methods that change nothing (RFC 9110 section 9.2.1). */
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a request that carries the session's cookie was made by a page of this gateway: a safe method, or `Origin` names the
 * gateway, or, where a browser sends none, `Sec-Fetch-Site` says so. A request that says nothing is not.
 *
 * @param publicOrigin `scheme://host[:port]` as browsers write it
 */
export function isSameSite(method: string, headers: IncomingHttpHeaders, publicOrigin: string): boolean {
  if (SAFE_METHODS.has(method)) return true;
  if (headers.origin !== undefined) return headers.origin === publicOrigin;
  return headers['sec-fetch-site'] === 'same-origin';
}
