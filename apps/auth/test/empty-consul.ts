import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A configuration centre in which there is nothing. */
export interface EmptyConsul {
  url: string;
  stop: () => Promise<void>;
}

/**
 * Answers first reads of keys and services at once, with nothing, and holds the blocking ones: a service does not wait for a
 * configuration centre that is not there.
 */
export async function startEmptyConsul(): Promise<EmptyConsul> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://consul');
    if (Number(searchParams.get('index') ?? 0) > 0) return;
    const isKey = pathname.startsWith('/v1/kv/');
    response.writeHead(isKey ? 404 : 200, { 'content-type': 'application/json', 'x-consul-index': '1' });
    response.end(isKey ? '' : request.method === 'GET' ? '[]' : 'true');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
