import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a form may come from a page of ours: by Fetch Metadata where the browser sends it, else by Origin. A client that sends
 * neither is no browser of the last years, and nobody can forge requests through it.
 */
export function isSameOrigin(headers: IncomingHttpHeaders, issuer: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  return headers.origin === undefined || headers.origin === new URL(issuer).origin;
}
