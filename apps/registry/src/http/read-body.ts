import type { IncomingMessage } from 'node:http';
import { readBytes } from '../read-bytes.js';
import type { Share } from './budget.js';
import { ConsulError } from './consul-error.js';
import type { Route } from './router.js';

/** Whether a body belongs to the request. */
export function announcesBody(incoming: IncomingMessage): boolean {
  return announcedLength(incoming) > 0 || incoming.headers['transfer-encoding'] !== undefined;
}

/**
 * Whether there is a body that says something: that of a GET does not, and is passed over.
 *
 * @throws ConsulError 413 when it is announced as longer than the route takes
 */
export function hasBody(incoming: IncomingMessage, { limit, tooLarge }: NonNullable<Route['body']>): boolean {
  const length = announcedLength(incoming);
  if (length > limit) throw new ConsulError(413, tooLarge(length));
  if (!announcesBody(incoming)) return false;
  if (incoming.method !== 'GET') return true;
  incoming.resume();
  return false;
}

/**
 * Reads a body of at most the route's size.
 *
 * @param share grows with what is read
 * @throws ConsulError 413 as soon as it is known to be longer; 429 when all bodies together are too much; 400 when the client goes away
 * in the middle
 */
export async function readBody(incoming: IncomingMessage, share: Share, { limit, tooLarge }: NonNullable<Route['body']>): Promise<Buffer> {
  const body = await readBytes(incoming, limit, (bytes) => share.grow(bytes));
  if (body === undefined) throw new ConsulError(400, 'Request body ended early');
  if (typeof body !== 'number') return body;
  if (body > limit) throw new ConsulError(413, tooLarge(body));
  throw new ConsulError(429, 'Limit reached: the bodies of the requests under way are too much together; try again later');
}

function announcedLength({ headers }: IncomingMessage): number {
  return Number(headers['content-length'] ?? 0);
}
