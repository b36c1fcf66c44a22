import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { ConsulError } from './consul-error.js';

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;
/** Names that nobody can have in the DNS of all. */
const LOCAL_NAME = /^[^.]*\.?$|\.localhost\.?$/i;

/**
 * Checks the access token of a request: `?token=` over `X-Consul-Token` over `Authorization: Bearer`. An empty one counts as none. Where
 * none is needed, pages of other origins than this machine are refused.
 *
 * @param expected undefined or empty = none is needed
 * @throws ConsulError 403
 */
export function checkToken(headers: IncomingHttpHeaders, query: URLSearchParams, expected: string | undefined): void {
  if (expected === undefined || expected === '') {
    if (!isOfForeignPage(headers)) return;
    throw new ConsulError(403, 'Permission denied: without a token no pages of other origins than this machine are answered');
  }
  const given = tokenOf(headers, query);
  if (given === undefined) throw new ConsulError(403, 'Permission denied: anonymous token lacks permission for this request');
  if (!timingSafeEqual(digest(given), digest(expected))) throw new ConsulError(403, 'ACL not found');
}

/**
 * Whether a page of another site sends a request. It says so in `Origin`, except in reads of what the browser takes for its own site: where
 * the site's name leads to this machine (DNS rebinding), only `Host` tells. Clients reach an agent by whatever name they like, so that it
 * counts only beside `Accept-Language`, which a browser sends always and a page cannot take away.
 */
function isOfForeignPage({ origin, host, 'accept-language': language }: IncomingHttpHeaders): boolean {
  if (origin !== undefined) return !LOOPBACK.test(URL.parse(origin)?.hostname ?? '');
  return language !== undefined && host !== undefined && !isLocalHost(host);
}

/** Whether a `Host` is an address, or a name that no site can have. */
function isLocalHost(host: string): boolean {
  const name = host.replace(/:\d*$/, '').replace(/^\[(.*:.*)\]$/, '$1');
  return isIP(name) !== 0 || LOCAL_NAME.test(name);
}

function tokenOf(headers: IncomingHttpHeaders, query: URLSearchParams): string | undefined {
  const header = headers['x-consul-token'];
  const bearer = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  return [query.get('token'), typeof header === 'string' ? header : undefined, bearer].find((token) => token) ?? undefined;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
