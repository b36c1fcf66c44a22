import type { IncomingMessage } from 'node:http';
import { readBytes } from '../read-bytes.js';
import { ConsulError } from './consul-error.js';
import type { Route } from './router.js';

const EMPTY = Buffer.alloc(0);

/**
 * Reads a body of at most the route's size.
 *
 * @throws ConsulError 413 as soon as it is known to be longer; 400 when the client goes away in the middle
 */
export async function readBody(incoming: IncomingMessage, { limit, tooLarge }: NonNullable<Route['body']>): Promise<Buffer> {
  const announced = Number(incoming.headers['content-length'] ?? 0);
  if (announced > limit) throw new ConsulError(413, tooLarge(announced));
  if (announced === 0 && incoming.headers['transfer-encoding'] === undefined) return EMPTY;
  const body = await readBytes(incoming, limit);
  if (typeof body === 'number') throw new ConsulError(413, tooLarge(body));
  if (body === undefined) throw new ConsulError(400, 'Request body ended early');
  return body;
}
