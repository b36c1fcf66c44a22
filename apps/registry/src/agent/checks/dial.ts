import { connect, isIP, type Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';

/** The highest port of TCP and UDP. */
export const MAX_PORT = 65_535;

/** Where a check goes, and how it trusts. */
export interface DialOptions {
  /** `host:port`, an IPv6 address in brackets. */
  readonly target: string;
  readonly tls?: { readonly skipVerify: boolean; readonly serverName?: string | undefined; readonly alpn?: readonly string[] };
  readonly signal: AbortSignal;
}

/** Thrown when the time of a check is over before its target answers. */
export class DialTimeoutError extends Error {
  override readonly name = 'DialTimeoutError';
}

/**
 * Opens a connection; with `tls` when its handshake is done. The caller destroys it.
 *
 * @throws DialTimeoutError when `signal` is aborted before; the error of the connection
 */
export async function dial({ target, tls, signal }: DialOptions): Promise<Socket> {
  const { host, port } = splitHostPort(target);
  if (signal.aborted) throw new DialTimeoutError(`dial tcp ${target}: i/o timeout`);
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const socket =
    tls === undefined
      ? connect({ host, port }, () => resolve(undefined))
      : tlsConnect(
          {
            host,
            port,
            rejectUnauthorized: !tls.skipVerify,
            ALPNProtocols: [...(tls.alpn ?? [])],
            ...serverName(tls.serverName ?? host),
          },
          () => resolve(undefined),
        );
  const onAbort = () => reject(new DialTimeoutError(`dial tcp ${target}: i/o timeout`));
  socket.on('error', reject);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await promise;
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** An address has no name to ask for. */
function serverName(name: string): { servername?: string } {
  return isIP(name) === 0 ? { servername: name } : {};
}

/** @throws Error in Go's words when it is not `host:port` */
export function splitHostPort(target: string, network = 'tcp'): { host: string; port: number } {
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*)):([^:]*)$/.exec(target);
  if (match === null) throw new Error(`dial ${network}: address ${target}: ${faultOf(target)} in address`);
  const [, inBrackets, name, given = ''] = match;
  if (!/^-?\d*$/.test(given)) throw new Error(`dial ${network}: lookup ${network}/${given}: unknown port`);
  const port = Number(given);
  if (!(port >= 0 && port <= MAX_PORT)) throw new Error(`dial ${network}: address ${given}: invalid port`);
  // No host is this one.
  return { host: (inBrackets ?? name ?? '') || 'localhost', port };
}

function faultOf(target: string): string {
  if (!target.includes(':')) return 'missing port';
  if (!target.startsWith('[')) return target.split(':').length > 2 ? 'too many colons' : `unexpected '${target.includes('[') ? '[' : ']'}'`;
  if (!target.includes(']')) return "missing ']'";
  return target.includes(']:') ? 'too many colons' : 'missing port';
}
