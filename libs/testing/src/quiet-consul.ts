import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A stand-in for the registry that knows nothing and takes everything, so that a service under test starts without waiting for one. */
export interface QuietConsul {
  /** CONSUL_HTTP_ADDR for services. */
  url: string;
  stop: () => void;
}

const INDEX = '1';

/**
 * Starts a quiet Consul: no keys, no services; registrations and heartbeats are answered with success and forgotten. Blocking queries wait until the
 * caller gives up, as nothing ever changes. A test that needs a real one starts the service `registry`.
 */
export async function startQuietConsul(): Promise<QuietConsul> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://consul');
    const isBlocking = url.searchParams.get('index') === INDEX;
    request.resume();
    if (isBlocking) return;
    const [status, body] = answerTo(url.pathname);
    response.writeHead(status, { 'content-type': 'application/json', 'x-consul-index': INDEX, 'x-consul-knownleader': 'true' }).end(body);
  });
  server.requestTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop: () => close(server) };
}

function answerTo(path: string): [status: number, body: string] {
  if (path.startsWith('/v1/kv/')) return [404, ''];
  if (path.startsWith('/v1/health/')) return [200, '[]'];
  if (path.startsWith('/v1/catalog/') || path.startsWith('/v1/agent/services')) return [200, '{}'];
  return [200, ''];
}

function close(server: Server): void {
  server.close();
  server.closeAllConnections();
}
