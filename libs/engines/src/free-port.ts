import { createServer } from 'node:net';
import { EngineError } from './engine-error.js';

const LOOPBACK = '127.0.0.1';

/** A port on the loopback address that nobody listens on at this moment. */
export function findFreePort(): Promise<number> {
  return listenOnce(0);
}

/**
 * Makes sure that nobody listens on a port of the loopback address.
 *
 * @param port the port wanted
 * @param purpose who wants it, for the message: `PostgreSQL`
 * @throws EngineError `port-in-use`
 */
export async function requireFreePort(port: number, purpose: string): Promise<void> {
  try {
    await listenOnce(port);
  } catch (error) {
    throw new EngineError('port-in-use', `Port ${port}, which ${purpose} is to listen on, is taken by another program.`, error);
  }
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    });
  });
}
