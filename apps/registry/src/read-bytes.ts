import type { IncomingMessage } from 'node:http';

/**
 * Reads a body.
 *
 * @returns its bytes; how many have come as soon as they are more than `limit`; undefined when the client goes away in the middle
 */
export async function readBytes(incoming: IncomingMessage, limit: number): Promise<Buffer | number | undefined> {
  const { promise, resolve } = Promise.withResolvers<Buffer | number | undefined>();
  const chunks: Buffer[] = [];
  let length = 0;
  // Not `for await`: leaving that loop would destroy the connection before the answer is written.
  incoming.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > limit) resolve(length);
    else chunks.push(chunk);
  });
  incoming.once('end', () => resolve(Buffer.concat(chunks, length)));
  incoming.once('close', () => resolve(undefined));
  return await promise;
}
