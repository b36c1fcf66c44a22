import type { IncomingMessage } from 'node:http';
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
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let length = 0;
  // Not `for await`: leaving that loop would destroy the connection before the answer is written.
  incoming.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > limit) reject(new ConsulError(413, tooLarge(length)));
    else chunks.push(chunk);
  });
  incoming.once('end', () => resolve(Buffer.concat(chunks, length)));
  incoming.once('close', () => reject(new ConsulError(400, 'Request body ended early')));
  return await promise;
}
