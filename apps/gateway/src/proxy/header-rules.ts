import type { IncomingHttpHeaders } from 'node:http';

/**
 * Fields that are about one connection and never forwarded (RFC 9110 section 7.6.1), and those that the gateway writes itself:
 * `host` (RFC 9110 section 7.2) and `expect`, which Node has answered already (RFC 9110 section 10.1.1).
 */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]);
const NOT_SENT = new Set([...HOP_BY_HOP, 'host', 'expect']);

/**
 * Fields that must not be dropped because `Connection` names them: a client could else strip the credential or the length of its
 * own request behind the gateway's back (RFC 9110 section 7.6.1 forbids to name end-to-end fields).
 */
const NEVER_NOMINATED = new Set(['authorization', 'cookie', 'content-length', 'content-type', 'host', 'cache-control']);

/** Fields of a request of which more than one line is an attempt to be read differently by two parties. */
const SINGLE = new Set(['host', 'authorization', 'content-type', 'origin', 'content-length', 'transfer-encoding']);

/**
 * The end-to-end fields of a request, in order, names in lower case; or, in a few words, why the head is refused.
 *
 * @param raw Node's `rawHeaders`
 */
export function endToEndRequestHeaders(raw: readonly string[]): string[] | string {
  const lines: string[] = [];
  const seen = new Set<string>();
  let nominated: Set<string> | undefined;
  for (let index = 0; index < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase();
    const value = raw[index + 1] ?? '';
    if (SINGLE.has(name)) {
      if (seen.has(name)) return `more than one ${name} field`;
      seen.add(name);
    }
    if (name === 'connection') nominated = mergeNominated(nominated, value);
    if (name === 'transfer-encoding' && value.toLowerCase() !== 'chunked') return 'a transfer coding other than chunked';
    if (!NOT_SENT.has(name)) lines.push(name, value);
  }
  if (!seen.has('host')) return 'no host field';
  return nominated === undefined ? lines : withoutNominated(lines, nominated);
}

/**
 * The end-to-end fields of an answer in the form that `writeHead` takes. Content-Length is left out where the answer must not have
 * one: 1xx and 204 (RFC 9110 section 8.6).
 *
 * @param headers as undici gives them: names in lower case
 */
export function endToEndResponseHeaders(headers: IncomingHttpHeaders, statusCode: number): string[] {
  const nominated = headers.connection === undefined ? undefined : mergeNominated(undefined, headers.connection);
  const lines: string[] = [];
  for (const name in headers) {
    if (HOP_BY_HOP.has(name) || nominated?.has(name)) continue;
    if (name === 'content-length' && statusCode === 204) continue;
    const value = headers[name] ?? '';
    if (typeof value === 'string') lines.push(name, value);
    else for (const line of value) lines.push(name, line);
  }
  return lines;
}

/** The field names in a `Connection` value (RFC 9110 section 7.6.1); undefined when there are none but the usual options. */
function mergeNominated(known: Set<string> | undefined, connection: string | string[]): Set<string> | undefined {
  if (connection === 'keep-alive' || connection === 'close') return known;
  const names = String(connection)
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'keep-alive' && name !== 'close' && !NEVER_NOMINATED.has(name));
  return names.length === 0 ? known : new Set([...(known ?? []), ...names]);
}

function withoutNominated(lines: readonly string[], nominated: ReadonlySet<string>): string[] {
  return lines.filter((_, index) => !nominated.has(lines[index - (index % 2)] ?? ''));
}

/** Whether a request with these fields has a body (RFC 9112 section 6.3). */
export function hasRequestBody(headers: IncomingHttpHeaders): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}

/** A cookie field without the named cookie (RFC 6265 section 4.2.1); undefined when nothing is left. */
export function withoutCookie(cookies: string, isUnwanted: (name: string) => boolean): string | undefined {
  const kept = cookies.split(';').filter((pair) => !isUnwanted(pair.split('=', 1)[0]?.trim() ?? ''));
  const text = kept.join(';').trim();
  return text === '' ? undefined : text;
}

/** The names in a `Cookie` field, in its order. */
export function cookieNames(cookies = ''): string[] {
  return cookies.split(';').map((pair) => pair.split('=', 1)[0]?.trim() ?? '');
}

/** The value of a cookie in a `Cookie` field, or undefined. */
export function cookieValue(cookies: string | undefined, name: string): string | undefined {
  if (cookies === undefined) return undefined;
  for (const pair of cookies.split(';')) {
    const equals = pair.indexOf('=');
    if (equals !== -1 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
  }
  return undefined;
}
