import type { ServerResponse } from 'node:http';
import type { Share } from './budget.js';
import { ConsulError } from './consul-error.js';
import type { ConsulResponse, Pieces } from './consul-request.js';
import { encodeBody } from './encode-body.js';
import { indentJson } from './indent-json.js';

const JSON_TYPE = 'application/json';
const TEXT_TYPE = 'text/plain; charset=utf-8';
const COMMON_HEADERS = ['Vary', 'Accept-Encoding', 'X-Consul-Default-Acl-Policy', 'allow'];
/** There is one server, which is always its own leader. */
const READ_HEADERS = ['X-Consul-Knownleader', 'true', 'X-Consul-Lastcontact', '0', 'X-Consul-Query-Backend', 'blocking-query'];
/** Pieces are sent together up to this length. */
const CHUNK_LENGTH = 64 * 1024;

/** How an answer is sent. */
export interface SendOptions {
  readonly isPretty: boolean;
  /** What a read that tells its consistency says of it. */
  readonly consistency: string | undefined;
  /** A client that takes nothing for this long is cut off, in ms. */
  readonly stalledMs: number;
  /** Grows by the length of the answer, until the connection has taken it. */
  readonly share: Share;
}

/**
 * Writes an answer with the headers that Consul's clients read.
 *
 * @throws ConsulError 429 when all answers under way are too much together
 */
export function sendResponse(outgoing: ServerResponse, response: ConsulResponse, options: SendOptions): void | Promise<void> {
  const { share, isPretty } = options;
  const { pieces } = response;
  const body = isPretty ? prettyBody(response) : pieces === undefined ? encodeBody(response) : '';
  const length = pieces === undefined || isPretty ? Buffer.byteLength(body) : pieces.bytes;
  if (!share.grow(length)) throw new ConsulError(429, 'Limit reached: the answers under way are too much together; try again later');
  outgoing.writeHead(response.status ?? 200, headersOf(response, length, options.consistency));
  if (pieces !== undefined && !isPretty) return sendPieces(outgoing, pieces, options);
  outgoing.end(body);
  releaseWhenTaken(outgoing, options);
}

/** Writes an error as plain text. */
export function sendError(outgoing: ServerResponse, error: ConsulError): void {
  const own = Object.entries(error.headers).flat();
  outgoing.writeHead(error.status, [
    ...COMMON_HEADERS,
    'Content-Type',
    TEXT_TYPE,
    ...own,
    'Content-Length',
    String(Buffer.byteLength(error.message)),
  ]);
  outgoing.end(error.message);
}

function headersOf({ index, headers }: ConsulResponse, length: number, consistency: string | undefined): string[] {
  const list = [...COMMON_HEADERS];
  if (index !== undefined) {
    list.push('X-Consul-Index', String(index), ...READ_HEADERS);
    if (consistency !== undefined) list.push('X-Consul-Effective-Consistency', consistency);
  }
  let hasType = length === 0;
  if (headers !== undefined) {
    for (const [name, value] of Object.entries(headers)) {
      hasType ||= name === 'content-type';
      list.push(name, value);
    }
  }
  if (!hasType) list.push('Content-Type', JSON_TYPE);
  list.push('Content-Length', String(length));
  return list;
}

function prettyBody(response: ConsulResponse): string | Buffer {
  const body = encodeBody(response);
  const isJson = body.length > 0 && response.headers?.['content-type'] === undefined;
  return isJson ? `${indentJson(body.toString())}\n` : body;
}

/** Most answers are taken by the system at once. */
function releaseWhenTaken(outgoing: ServerResponse, { share, stalledMs }: SendOptions): void {
  if (outgoing.writableLength === 0) {
    share.release();
    return;
  }
  outgoing.once('close', () => share.release());
  outgoing.setTimeout(stalledMs);
}

/** Writes no faster than the client takes it. */
async function sendPieces(outgoing: ServerResponse, { parts }: Pieces, { share, stalledMs }: SendOptions): Promise<void> {
  outgoing.once('close', () => share.release());
  outgoing.setTimeout(stalledMs);
  let chunk = '';
  for (const part of parts) {
    chunk += part;
    if (chunk.length < CHUNK_LENGTH) continue;
    if (!outgoing.write(chunk)) await takenOrGone(outgoing);
    if (outgoing.destroyed) return;
    chunk = '';
  }
  outgoing.end(chunk);
}

async function takenOrGone(outgoing: ServerResponse): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const done = () => resolve(undefined);
  outgoing.once('drain', done).once('close', done);
  await promise;
  outgoing.off('drain', done).off('close', done);
}
