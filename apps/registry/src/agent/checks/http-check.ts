import { type ClientRequest, type IncomingMessage, request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Duplex, Readable } from 'node:stream';
import type { CheckDefinition } from '../../store/entries.js';
import { type CheckResult, cutOutput, outputLimit } from './check-result.js';
import { dialErrorText } from './dial-error.js';
import { TailBuffer } from './tail-buffer.js';

const TOO_MANY_REQUESTS = 429;
const MAX_REDIRECTS = 10;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** These go on with the method and the body that they came with. */
const REPEATING = new Set([307, 308]);
/** What is read of an answer at the most: Consul reads until its timeout, which a body without an end makes expensive. */
const MAX_READ_BYTES = 1024 * 1024;
/** How many interim answers may come before the answer. */
const MAX_INTERIM = 100;
/** Sent to the host of the check alone. */
const CONFIDENTIAL = new Set(['authorization', 'www-authenticate', 'cookie', 'cookie2']);

interface Hop {
  readonly url: URL;
  readonly method: string;
  readonly body: string | undefined;
  readonly headers: Record<string, string | string[]>;
}

interface Answer {
  readonly response: IncomingMessage;
  /** The response itself, or the connection where that goes on as something else than HTTP. */
  readonly body: Readable;
}

/** A GET, or what the check says: 2xx is passing, 429 warning, everything else critical. Redirects are followed. */
export async function probeHttp(definition: CheckDefinition, deadline: AbortSignal): Promise<CheckResult> {
  const { http = '', method = 'GET' } = definition;
  const output = new TailBuffer(outputLimit(definition));
  let at = http;
  try {
    const { response, body } = await follow(definition, deadline, (url) => (at = url));
    await readInto(output, body, deadline);
    const code = response.statusCode ?? 0;
    const status = code >= 200 && code < 300 ? 'passing' : code === TOO_MANY_REQUESTS ? 'warning' : 'critical';
    return { status, output: `HTTP ${method} ${http}: ${code} ${response.statusMessage ?? ''} Output: ${output.toString()}` };
  } catch (error) {
    const cause = deadline.aborted
      ? 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
      : dialErrorText(error, hostOf(at));
    // A redirect may go to an address of any length.
    return { status: 'critical', output: cutOutput(`${titleCase(method)} "${at}": ${cause}`) };
  }
}

/** The answer after all redirects. */
async function follow(definition: CheckDefinition, deadline: AbortSignal, onHop: (url: string) => void): Promise<Answer> {
  let hop = firstHop(definition);
  for (let redirects = 0; ; redirects += 1) {
    const answer = await send(hop, definition, deadline);
    const { response, body } = answer;
    const next = definition.disableRedirects === true ? undefined : nextHop(hop, response);
    if (next === undefined) return answer;
    body.on('error', () => body.destroy());
    body.destroy();
    hop = next;
    const isLast = redirects + 1 >= MAX_REDIRECTS;
    // As it was written where it is not asked for any more.
    onHop(isLast ? (response.headers.location ?? '') : next.url.href);
    if (isLast) throw new Error(`stopped after ${MAX_REDIRECTS} redirects`);
  }
}

function firstHop({ http = '', method = 'GET', header = {}, body }: CheckDefinition): Hop {
  const headers: Record<string, string | string[]> = { 'user-agent': 'Consul Health Check', accept: 'text/plain, text/*, */*' };
  for (const [name, values] of Object.entries(header)) headers[name.toLowerCase()] = [...values];
  const { host } = headers;
  // A list of hosts is none.
  if (Array.isArray(host)) headers.host = host[0] ?? '';
  return { url: new URL(http), method, body, headers };
}

function nextHop(hop: Hop, { statusCode = 0, headers: { location = '' } }: IncomingMessage): Hop | undefined {
  if (!REDIRECTS.has(statusCode) || location === '') return undefined;
  const url = new URL(location, hop.url);
  const isRepeated = REPEATING.has(statusCode);
  const headers = { ...hop.headers, referer: hop.url.href };
  if (url.host !== hop.url.host) {
    for (const name of CONFIDENTIAL) Reflect.deleteProperty(headers, name);
    Reflect.deleteProperty(headers, 'host');
  }
  const method = isRepeated || hop.method === 'HEAD' ? hop.method : 'GET';
  return { url, method, headers, body: isRepeated ? hop.body : undefined };
}

function send({ url, method, headers, body }: Hop, definition: CheckDefinition, signal: AbortSignal): Promise<Answer> {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return Promise.reject(new Error(`unsupported protocol scheme "${url.protocol.slice(0, -1)}"`));
  }
  const options: RequestOptions & { rejectUnauthorized: boolean; servername?: string } = {
    method,
    signal,
    // A connection of its own, that nothing keeps open.
    agent: false,
    headers: { ...headers, connection: 'close', ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }) },
    rejectUnauthorized: definition.tlsSkipVerify !== true,
    ...(definition.tlsServerName !== undefined && { servername: definition.tlsServerName }),
  };
  const outgoing = url.protocol === 'https:' ? httpsRequest(url, options) : httpRequest(url, options);
  return answerTo(outgoing, body);
}

/** Whatever the target does with the request, there is an answer or an error at its end. */
function answerTo(outgoing: ClientRequest, body: string | undefined): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  let interim = 0;
  outgoing.on('response', (response) => resolve({ response, body: response }));
  // `101 Switching Protocols` and what CONNECT is answered: what comes after it is shown as a body is.
  const onSwitch = (response: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    if (head.length > 0) socket.unshift(head);
    resolve({ response, body: socket });
  };
  outgoing.on('upgrade', onSwitch);
  outgoing.on('connect', onSwitch);
  outgoing.on('information', () => {
    interim += 1;
    if (interim > MAX_INTERIM) outgoing.destroy(new Error('net/http: too many 1xx informational responses'));
  });
  outgoing.on('error', reject);
  outgoing.on('close', () => reject(new Error('EOF')));
  try {
    outgoing.end(body);
  } catch (error) {
    // Of headers that do not go together.
    outgoing.destroy();
    reject(error);
  }
  return promise;
}

/** As much as is shown, and no more than is worth it. That it breaks off, or does not end in time, is no fault: the status is known. */
async function readInto(output: TailBuffer, body: Readable, deadline: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const onEnd = () => resolve(undefined);
  body.on('data', (chunk: Buffer) => {
    output.write(chunk);
    if (output.written >= MAX_READ_BYTES) onEnd();
  });
  for (const event of ['end', 'error', 'close']) body.once(event, onEnd);
  deadline.addEventListener('abort', onEnd, { once: true });
  if (!deadline.aborted && !body.destroyed) await promise;
  deadline.removeEventListener('abort', onEnd);
  body.on('error', () => body.destroy());
  body.destroy();
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

function titleCase(method: string): string {
  return `${method.slice(0, 1).toUpperCase()}${method.slice(1).toLowerCase()}`;
}
