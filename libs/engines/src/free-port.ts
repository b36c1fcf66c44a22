import { createServer } from 'node:net';
import { EngineError, hasSystemCode } from './engine-error.js';

const LOOPBACK = '127.0.0.1';

/** Above the ports that systems give to outgoing connections (Linux: 32768 to 60999): what is free there stays free until it is used. */
const FIRST_PORT = 61_000;
const PORTS = 65_535 - FIRST_PORT + 1;
const PROCESS_STRIDE = 997;

/** Each process counts on from a place of its own, so that several that look at the same time do not find the same port. */
let turns = process.pid * PROCESS_STRIDE;

/**
 * A port on the loopback address that nobody listens on at this moment.
 *
 * @throws EngineError `port-in-use` when all are taken
 */
export async function findFreePort(): Promise<number> {
  for (let tries = 0; tries < PORTS; tries += 1) {
    turns += 1;
    const port = FIRST_PORT + (turns % PORTS);
    if (await isFree(port)) return port;
  }
  throw new EngineError('port-in-use', `All ports from ${FIRST_PORT} to 65535 are taken.`);
}

async function isFree(port: number): Promise<boolean> {
  try {
    await listenOnce(port);
    return true;
  } catch (error) {
    if (hasSystemCode(error, 'EADDRINUSE')) return false;
    throw error;
  }
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
