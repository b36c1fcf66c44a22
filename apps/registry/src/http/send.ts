import type { ServerResponse } from 'node:http';
import type { Share } from './budget.js';
import { ConsulError } from './consul-error.js';
import type { ConsulResponse } from './consul-request.js';

const COMMON_HEADERS = { vary: 'Accept-Encoding', 'x-consul-default-acl-policy': 'allow' };
const TEXT_TYPE = 'text/plain; charset=utf-8';
/** Pieces are sent together up to this length. */
const CHUNK_LENGTH = 64 * 1024;

/** How an answer is sent. */
export interface SendOptions {
  readonly isPretty: boolean;
  /** Grows by the length of the answer, until the connection has taken it. */
  readonly share: Share;
}

/**
 * Writes an answer with the headers that Consul's clients read.
 *
 * @throws ConsulError 429 when all answers under way are too much together
 */
export async function sendResponse(outgoing: ServerResponse, response: ConsulResponse, { isPretty, share }: SendOptions): Promise<void> {
  const { pieces } = response;
  const body = response.json === undefined ? (response.text ?? '') : toJson(response.json, isPretty);
  const length = pieces?.bytes ?? Buffer.byteLength(body);
  if (!share.grow(length)) throw new ConsulError(429, 'Limit reached: the answers under way are too much together; try again later');
  outgoing.once('close', () => share.release());
  outgoing.writeHead(response.status ?? 200, {
    ...COMMON_HEADERS,
    ...(response.index !== undefined && readHeaders(response.index)),
    ...(length > 0 && { 'content-type': 'application/json' }),
    ...response.headers,
    'content-length': length,
  });
  if (pieces !== undefined) await writePieces(outgoing, pieces.parts);
  outgoing.end(body);
}

/** Writes an error as plain text. */
export function sendError(outgoing: ServerResponse, error: ConsulError): void {
  outgoing.writeHead(error.status, {
    ...COMMON_HEADERS,
    'content-type': TEXT_TYPE,
    ...error.headers,
    'content-length': Buffer.byteLength(error.message),
  });
  outgoing.end(error.message);
}

/** Writes no faster than the client takes it. */
async function writePieces(outgoing: ServerResponse, parts: Iterable<string>): Promise<void> {
  let chunk = '';
  for (const part of parts) {
    chunk += part;
    if (chunk.length < CHUNK_LENGTH) continue;
    if (!outgoing.write(chunk)) await takenOrGone(outgoing);
    if (outgoing.destroyed) return;
    chunk = '';
  }
  outgoing.write(chunk);
}

async function takenOrGone(outgoing: ServerResponse): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const done = () => resolve(undefined);
  outgoing.once('drain', done).once('close', done);
  await promise;
  outgoing.off('drain', done).off('close', done);
}

function readHeaders(index: number): Record<string, string> {
  return {
    'x-consul-index': String(index),
    'x-consul-knownleader': 'true',
    'x-consul-lastcontact': '0',
    'x-consul-effective-consistency': 'leader',
  };
}

function toJson(value: unknown, isPretty: boolean): string {
  return isPretty ? `${JSON.stringify(value, null, 4)}\n` : JSON.stringify(value);
}
