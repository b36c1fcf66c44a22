import type { ServerResponse } from 'node:http';
import { MADE_WHILE_SENT_BYTES, MAX_PRETTY_BYTES, SHORT_ANSWER_BYTES, type TrafficLimits } from '../limits.js';
import type { ConsulError } from './consul-error.js';
import type { ConsulResponse, Pieces } from './consul-request.js';
import { encodeBody } from './encode-body.js';
import { indentJson } from './indent-json.js';
import type { LongAnswers, Place } from './long-answers.js';

const JSON_TYPE = 'application/json';
/** What Consul says of an empty body where all went well; of another empty one it says nothing. */
const EMPTY_TYPE = 'application/json; charset=utf-8';
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
  readonly limits: Pick<TrafficLimits, 'stalledMs' | 'leastBytes' | 'yieldMs'>;
  /** Long answers are among them until their connections have taken them. */
  readonly longAnswers: LongAnswers;
  /** The place among them that this one has already. */
  readonly reserved: Place | undefined;
}

/**
 * Writes an answer with the headers that Consul's clients read. A short one is always sent, whatever others take, and so is that of a
 * write: it has had its effect.
 *
 * @throws ConsulError 429 when it is a long one and there is no room for it
 */
export function sendResponse(outgoing: ServerResponse, response: ConsulResponse, options: SendOptions): void | Promise<void> {
  const { isPretty, limits } = options;
  const { pieces } = response;
  const isInPieces = pieces !== undefined && pieces.bytes > (isPretty ? MAX_PRETTY_BYTES : SHORT_ANSWER_BYTES);
  const body = isInPieces ? '' : isPretty ? prettyBody(response) : encodeBody(response);
  const length = isInPieces ? pieces.bytes : Buffer.byteLength(body);
  // Of a whole answer it cannot be seen how much the client has taken.
  const turns = isInPieces ? 1 : Math.ceil(length / limits.leastBytes);
  const kept = isInPieces ? Math.min(length, MADE_WHILE_SENT_BYTES) : length;
  const place = placeOf(outgoing, response, options, { kept, patienceMs: limits.yieldMs * turns });
  outgoing.writeHead(response.status ?? 200, headersOf(response, length, options.consistency));
  if (isInPieces) return sendPieces(outgoing, pieces, limits, place);
  outgoing.end(body);
  // Most answers are taken by the system at once.
  if (outgoing.writableLength === 0) place?.leave();
  else cutOff(outgoing, limits.stalledMs * turns, place);
}

/** The one it has, which can be slow from now on, or a new one. */
function placeOf(
  outgoing: ServerResponse,
  { isOfWrite }: ConsulResponse,
  { reserved, longAnswers }: SendOptions,
  { kept, patienceMs }: { kept: number; patienceMs: number },
): Place | undefined {
  reserved?.refresh();
  return reserved ?? longAnswers.enter(kept, patienceMs, () => outgoing.destroy(), isOfWrite !== true);
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

function headersOf({ status = 200, index, headers }: ConsulResponse, length: number, consistency: string | undefined): string[] {
  const list = [...COMMON_HEADERS];
  if (index !== undefined) {
    list.push('X-Consul-Index', String(index), ...READ_HEADERS);
    if (consistency !== undefined) list.push('X-Consul-Effective-Consistency', consistency);
  }
  let hasType = false;
  if (headers !== undefined) {
    for (const [name, value] of Object.entries(headers)) {
      hasType ||= name === 'content-type';
      list.push(name, value);
    }
  }
  if (!hasType && length > 0) list.push('Content-Type', JSON_TYPE);
  else if (!hasType && status === 200) list.push('Content-Type', EMPTY_TYPE);
  list.push('Content-Length', String(length));
  return list;
}

/** A long answer stays as it is: others would wait while it is indented. */
function prettyBody(response: ConsulResponse): string | Buffer {
  const body = encodeBody(response);
  const isJson = body.length > 0 && response.headers?.['content-type'] === undefined;
  return isJson && body.length <= MAX_PRETTY_BYTES ? `${indentJson(body.toString())}\n` : body;
}

/** Ends the connection unless the answer is taken in time. */
function cutOff(outgoing: ServerResponse, afterMs: number, place: Place | undefined): NodeJS.Timeout {
  const timer = setTimeout(() => outgoing.destroy(), afterMs);
  outgoing.once('close', () => {
    clearTimeout(timer);
    place?.leave();
  });
  return timer;
}

/** Writes no faster than the client takes it; whenever that was enough, there is as much time again. */
async function sendPieces(
  outgoing: ServerResponse,
  { parts }: Pieces,
  limits: SendOptions['limits'],
  place: Place | undefined,
): Promise<void> {
  const timer = cutOff(outgoing, limits.stalledMs, place);
  let chunk = '';
  let taken = 0;
  for (const part of parts) {
    chunk += part;
    if (chunk.length < CHUNK_LENGTH) continue;
    if (!outgoing.write(chunk)) await takenOrGone(outgoing);
    if (outgoing.destroyed) return;
    taken += chunk.length;
    chunk = '';
    if (taken < limits.leastBytes) continue;
    taken = 0;
    timer.refresh();
    place?.refresh();
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
