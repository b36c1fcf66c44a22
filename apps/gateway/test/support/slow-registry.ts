import { createServer, request as ask } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A registry whose news of instances takes a while, as on the way through a cluster. */
export interface SlowRegistry {
  /** CONSUL_HTTP_ADDR of whoever hears late. */
  url: string;
  stop(): void;
}

/** @param consul the registry itself; @param newsDelayMs how much later its answers about instances come */
export async function startSlowRegistry(consul: string, newsDelayMs: number): Promise<SlowRegistry> {
  const server = createServer((request, response) => {
    const { method, url = '', headers } = request;
    const delayMs = url.startsWith('/v1/health/') ? newsDelayMs : 0;
    const asked = ask(consul + url, { method, headers }, (answer) => {
      setTimeout(() => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      }, delayMs);
    });
    asked.on('error', () => response.destroy());
    response.on('close', () => asked.destroy());
    request.pipe(asked);
  });
  server.requestTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
