import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where a server listens. */
export interface ListenAddress {
  readonly host: string;
  /** 0 = any that is free. */
  readonly port: number;
}

/**
 * Starts to listen.
 *
 * @param what the name of the API, for the message
 * @returns the port
 * @throws Error with one sentence that names API, address and reason
 */
export async function listenOn(server: Server, { host, port }: ListenAddress, what: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const onError = (error: NodeJS.ErrnoException) => {
    const reason = error.code === 'EADDRINUSE' ? 'the port is taken by another program' : error.message;
    reject(new Error(`The ${what} cannot listen on ${host}:${port}: ${reason}`, { cause: error }));
  };
  server.once('error', onError);
  server.listen(port, host, () => {
    resolve(undefined);
  });
  await promise;
  server.off('error', onError);
  return (server.address() as AddressInfo).port;
}

/** Closes a server and all of its connections. */
export async function closeServer(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  server.close(() => {
    resolve(undefined);
  });
  server.closeAllConnections();
  await promise;
}
