import { connect } from 'node:net';
import { Failure } from '../failure.ts';
import { type ExternalServers, toHttpUrl } from './external.ts';

const CONNECT_TIMEOUT_MS = 3_000;
const USUAL_PORTS: Readonly<Record<string, number>> = { 'redis:': 6379, 'rediss:': 6379, 'http:': 80, 'https:': 443 };

/**
 * Makes sure that somebody listens where other people's servers are said to be. PostgreSQL is asked for more later; several hosts in one
 * address (Sentinel, Cluster) are the client's to choose from.
 *
 * @returns a warning for what the platform can do without
 * @throws Failure that names the variable, the host and the port, never a password
 */
export async function requireReachable({ redis, authRedis, streamRedis, consul, zipkin }: ExternalServers): Promise<string[]> {
  const needed = {
    REDIS_URL: redis,
    AUTH_REDIS_URL: authRedis,
    STREAM_REDIS_URL: streamRedis,
    CONSUL_HTTP_ADDR: consul && toHttpUrl(consul),
  };
  for (const [name, url] of Object.entries(needed)) {
    const refusal = await refusalOf(url);
    if (refusal !== undefined) throw new Failure(`${name}: nobody answers at ${refusal}.`);
  }
  const refusal = await refusalOf(zipkin);
  return refusal === undefined ? [] : [`Warning: ZIPKIN_URL: nobody answers at ${refusal}; spans are lost until somebody does.`];
}

/** @returns host, port and why; undefined when somebody listens, or when there is nothing to ask */
async function refusalOf(url: string | undefined): Promise<string | undefined> {
  if (url === undefined || url === '') return undefined;
  const { protocol, hostname, port } = new URL(url);
  const usual = USUAL_PORTS[protocol];
  if (usual === undefined) return undefined;
  const host = hostname.replace(/^\[|\]$/g, '');
  const why = await tryToConnect(host, port === '' ? usual : Number(port));
  return why === undefined ? undefined : `${hostname}:${port === '' ? usual : port} (${why})`;
}

function tryToConnect(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: CONNECT_TIMEOUT_MS });
    const end = (why?: string) => {
      socket.destroy();
      resolve(why);
    };
    socket.once('connect', () => {
      end();
    });
    socket.once('timeout', () => {
      end('no answer');
    });
    socket.once('error', ({ message, code }: NodeJS.ErrnoException) => {
      end(code ?? message);
    });
  });
}
