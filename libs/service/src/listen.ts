import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Makes a server listen.
 *
 * @param port 0 = any that is free
 * @returns the port
 * @throws an error of one sentence that names the port when it is taken or not permitted
 */
export async function listenOn(fastify: Pick<FastifyInstance, 'listen' | 'server'>, port: number, host: string): Promise<number> {
  try {
    await fastify.listen({ port, host });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw new Error(`Port ${port} on ${host} is taken by another program`, { cause: error });
    if (code === 'EACCES') throw new Error(`Port ${port} on ${host} may not be opened by this user`, { cause: error });
    if (code === 'EADDRNOTAVAIL') throw new Error(`${host} is not an address of this machine`, { cause: error });
    throw error;
  }
  return (fastify.server.address() as AddressInfo).port;
}
