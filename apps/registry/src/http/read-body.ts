import type { IncomingMessage } from 'node:http';
import { readBytes } from '../read-bytes.js';
import type { Share } from './budget.js';
import { ConsulError } from './consul-error.js';
import type { Route } from './router.js';

const EMPTY = Buffer.alloc(0);

/**
 * Reads a body of at most the route's size; that of a GET says nothing and is passed over.
 *
 * @param share grows with what is read
 * @throws ConsulError 413 as soon as it is known to be longer; 429 when all bodies together are too much; 400 when the client goes away
 * in the middle
 */
export async function readBody(incoming: IncomingMessage, share: Share, { limit, tooLarge }: NonNullable<Route['body']>): Promise<Buffer> {
  const announced = Number(incoming.headers['content-length'] ?? 0);
  if (announced > limit) throw new ConsulError(413, tooLarge(announced));
  if (announced === 0 && incoming.headers['transfer-encoding'] === undefined) return EMPTY;
  if (incoming.method === 'GET') {
    incoming.resume();
    return EMPTY;
  }
  const body = await readBytes(incoming, limit, (bytes) => share.grow(bytes));
  if (body === undefined) throw new ConsulError(400, 'Request body ended early');
  if (typeof body !== 'number') return body;
  if (body > limit) throw new ConsulError(413, tooLarge(body));
  throw new ConsulError(429, 'Limit reached: the bodies of the requests under way are too much together; try again later');
}
