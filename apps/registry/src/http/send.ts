import type { ServerResponse } from 'node:http';
import { MADE_WHILE_SENT_BYTES, MAX_PRETTY_BYTES, SHORT_ANSWER_BYTES, type TrafficLimits } from '../limits.js';
import type { Budget, Share } from './budget.js';
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
  readonly limits: Pick<TrafficLimits, 'stalledMs' | 'leastBytes'>;
  /** Long answers take of it until their connections have taken them. */
  readonly answers: Budget;
}

/**
 * Writes an answer with the headers that Consul's clients read. A short one is always sent, whatever others take.
 *
 * @throws ConsulError 429 when all long answers under way are too much together
 */
export function sendResponse(outgoing: ServerResponse, response: ConsulResponse, options: SendOptions): void | Promise<void> {
  const { isPretty, limits } = options;
  const { pieces } = response;
  const isInPieces = pieces !== undefined && pieces.bytes > (isPretty ? MAX_PRETTY_BYTES : SHORT_ANSWER_BYTES);
  const body = isInPieces ? '' : isPretty ? prettyBody(response) : encodeBody(response);
  const length = isInPieces ? pieces.bytes : Buffer.byteLength(body);
  const share =
    length > SHORT_ANSWER_BYTES ? shareOf(options.answers, isInPieces ? Math.min(length, MADE_WHILE_SENT_BYTES) : length) : undefined;
  outgoing.writeHead(response.status ?? 200, headersOf(response, length, options.consistency));
  if (isInPieces) return sendPieces(outgoing, pieces, limits, share);
  outgoing.end(body);
  // Most answers are taken by the system at once.
  if (outgoing.writableLength === 0) share?.release();
  else cutOff(outgoing, limits.stalledMs * Math.ceil(length / limits.leastBytes), share);
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

/** A long answer stays as it is: others would wait while it is indented. */
function prettyBody(response: ConsulResponse): string | Buffer {
  const body = encodeBody(response);
  const isJson = body.length > 0 && response.headers?.['content-type'] === undefined;
  return isJson && body.length <= MAX_PRETTY_BYTES ? `${indentJson(body.toString())}\n` : body;
}

function shareOf(answers: Budget, bytes: number): Share {
  const share = answers.share();
  if (share.grow(bytes)) return share;
  throw new ConsulError(429, 'Limit reached: the answers under way are too much together; try again later');
}

/** Ends the connection unless the answer is taken in time. */
function cutOff(outgoing: ServerResponse, afterMs: number, share: Share | undefined): NodeJS.Timeout {
  const timer = setTimeout(() => outgoing.destroy(), afterMs);
  outgoing.once('close', () => {
    clearTimeout(timer);
    share?.release();
  });
  return timer;
}

/** Writes no faster than the client takes it; whenever that was enough, there is as much time again. */
async function sendPieces(
  outgoing: ServerResponse,
  { parts }: Pieces,
  limits: SendOptions['limits'],
  share: Share | undefined,
): Promise<void> {
  const timer = cutOff(outgoing, limits.stalledMs, share);
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
