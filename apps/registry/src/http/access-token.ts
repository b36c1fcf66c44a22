import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ConsulError } from './consul-error.js';

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/**
 * Checks the access token of a request: `?token=` over `X-Consul-Token` over `Authorization: Bearer`. An empty one counts as none. Where
 * none is needed, pages of other origins are refused: a name that leads to this machine (DNS rebinding) lets a browser send what it likes.
 *
 * @param expected undefined or empty = none is needed
 * @throws ConsulError 403
 */
export function checkToken(headers: IncomingHttpHeaders, query: URLSearchParams, expected: string | undefined): void {
  if (expected === undefined || expected === '') {
    refuseForeignPage(headers.origin);
    return;
  }
  const given = tokenOf(headers, query);
  if (given === undefined) throw new ConsulError(403, 'Permission denied: anonymous token lacks permission for this request');
  if (!timingSafeEqual(digest(given), digest(expected))) throw new ConsulError(403, 'ACL not found');
}

function refuseForeignPage(origin: string | undefined): void {
  if (origin === undefined || LOOPBACK.test(URL.parse(origin)?.hostname ?? '')) return;
  throw new ConsulError(403, 'Permission denied: without a token no pages of other origins than this machine are answered');
}

function tokenOf(headers: IncomingHttpHeaders, query: URLSearchParams): string | undefined {
  const header = headers['x-consul-token'];
  const bearer = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  return [query.get('token'), typeof header === 'string' ? header : undefined, bearer].find((token) => token) ?? undefined;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
