import type { IncomingMessage } from 'node:http';
import { AppError, CommonError } from '@app/errors';
import { GatewayError } from '../gateway.errors.js';
import { endToEndRequestHeaders } from './header-rules.js';
import { parseRequestTarget, type RequestTarget } from './request-target.js';

/** What is left of a request that two parties could not read differently. */
export interface AdmittedRequest {
  readonly target: RequestTarget;
  /** The end-to-end fields: name, value, ...; names in lower case. */
  readonly lines: string[];
}

/** `uri-host [":" port]` (RFC 3986 section 3.2.2): a registered name, an IPv4 address or an IPv6 address in brackets. */
const HOST = /^(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;
/** Methods that are for proxies alone, or would show the client what the gateway adds (RFC 9110 section 9.3.8). */
const REFUSED_METHODS = new Set(['TRACE', 'CONNECT']);

/**
 * Lets a request in, or refuses it before anything is made of it: version, method, target, fields that appear twice, codings, upgrades.
 *
 * @throws AppError
 */
export function admit(request: IncomingMessage, maxTarget: number): AdmittedRequest {
  checkVersion(request);
  if (REFUSED_METHODS.has(request.method ?? '')) throw new AppError(CommonError.METHOD_NOT_ALLOWED);
  const url = request.url ?? '';
  if (url.length > maxTarget) throw new AppError(GatewayError.GW_URI_TOO_LONG);
  const target = parseRequestTarget(url);
  if (typeof target === 'string') throw badRequest(target);
  const lines = endToEndRequestHeaders(request.rawHeaders);
  if (typeof lines === 'string') throw badRequest(lines);
  if (!isHost(request.headers.host ?? '')) throw badRequest('the host field is not a host');
  checkExpectation(request.headers.expect);
  // Other upgrades are offers that a server may ignore (RFC 9110 section 7.8).
  if (request.headers.upgrade?.toLowerCase().includes('websocket') === true) throw new AppError(GatewayError.GW_UPGRADE_UNSUPPORTED);
  return { target, lines };
}

/** RFC 9112 section 2.3; Node's parser lets HTTP/0.9 and other versions pass. A server answers 1.0 in kind, and closes the connection. */
function checkVersion({ httpVersion, headers }: IncomingMessage): void {
  if (httpVersion === '1.1') return;
  if (httpVersion !== '1.0') throw new AppError(GatewayError.GW_HTTP_VERSION);
  // RFC 9112 section 6.1: HTTP/1.0 has no chunks, so the framing is faulty.
  if (headers['transfer-encoding'] !== undefined) throw badRequest('a transfer coding in HTTP/1.0');
}

/** RFC 9110 section 10.1.1: there is one expectation, and Node meets it. */
function checkExpectation(expect: string | undefined): void {
  if (expect === undefined || expect.toLowerCase() === '100-continue') return;
  throw new AppError(GatewayError.GW_EXPECTATION_FAILED, { detail: 'Only 100-continue can be expected.' });
}

/** Nearly all requests come under one name. */
let lastHost = '';

function isHost(host: string): boolean {
  if (host === lastHost && host !== '') return true;
  if (!HOST.test(host)) return false;
  lastHost = host;
  return true;
}

function badRequest(reason: string): AppError {
  return new AppError(GatewayError.GW_BAD_REQUEST, { detail: `Refused: ${reason}.` });
}
