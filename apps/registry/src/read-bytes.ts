import type { IncomingMessage } from 'node:http';

/**
 * Reads a body.
 *
 * @param hasRoom asked for every part; when it says no, nothing more is kept
 * @returns its bytes; how many have come as soon as they are more than `limit` or there is no room; undefined when the client goes away
 * in the middle
 */
export async function readBytes(
  incoming: IncomingMessage,
  limit: number,
  hasRoom: (bytes: number) => boolean = () => true,
): Promise<Buffer | number | undefined> {
  const { promise, resolve } = Promise.withResolvers<Buffer | number | undefined>();
  let chunks: Buffer[] = [];
  let length = 0;
  let isRefused = false;
  // Not `for await`: leaving that loop would destroy the connection before the answer is written.
  incoming.on('data', (chunk: Buffer) => {
    length += chunk.length;
    isRefused ||= length > limit || !hasRoom(chunk.length);
    if (isRefused) {
      chunks = [];
      resolve(length);
    } else chunks.push(chunk);
  });
  incoming.once('end', () => resolve(Buffer.concat(chunks, length)));
  incoming.once('close', () => resolve(undefined));
  return await promise;
}
