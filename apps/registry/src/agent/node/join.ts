import { isIPv6 } from 'node:net';
import { dialErrorText } from '../checks/dial-error.js';
import { dial, MAX_PORT } from '../checks/dial.js';
import { joinHostPort } from './advertised-address.js';

const JOIN_TIMEOUT_MS = 10_000;

/** Where this node would be found by others, had it any. */
export interface OwnPlace {
  readonly address: string;
  readonly port: number;
}

/**
 * Joins the node at `target`. Only this one can be joined, and is already. What answers elsewhere is not taken for a node: the language
 * of clusters is not spoken here.
 *
 * @param target a host with or without a port
 * @returns why it could not be joined, in Consul's words; undefined when it was
 */
export async function join(target: string, own: OwnPlace): Promise<string | undefined> {
  const [host, port = String(own.port)] = splitTarget(target);
  const fault = faultOf(host, port);
  if (fault !== undefined) return `Failed to resolve ${target}: ${fault}`;
  const ownPlace = joinHostPort(own.address, own.port);
  const place = joinHostPort(host, Number(port));
  if (place === ownPlace) return undefined;
  const why = await reach(place);
  if (why.startsWith('lookup ')) return `Failed to resolve ${target}: ${why}`;
  // Tells the address where a name was given.
  const found = /^dial tcp (\S+): /.exec(why)?.[1] ?? place;
  return found === ownPlace ? undefined : `Failed to join ${found}: ${why}`;
}

function faultOf(host: string, port: string): string | undefined {
  if (!/^\d+$/.test(port)) return `strconv.ParseUint: parsing ${JSON.stringify(port)}: invalid syntax`;
  if (Number(port) > MAX_PORT) return `strconv.ParseUint: parsing "${port}": value out of range`;
  return host === '' || (host.includes(':') && !isIPv6(host)) ? `lookup ${host}: no such host` : undefined;
}

/** @returns what went wrong */
async function reach(place: string): Promise<string> {
  try {
    const socket = await dial({ target: place, signal: AbortSignal.timeout(JOIN_TIMEOUT_MS) });
    socket.destroy();
    return 'this agent is a cluster of one node';
  } catch (error) {
    return dialErrorText(error, place).replace(/^dial tcp: lookup/, 'lookup');
  }
}

/** `host`, `host:port`, `[host]:port`; what has more colons and no brackets has no port. */
function splitTarget(target: string): [string, string?] {
  if (isIPv6(target)) return [target];
  const [, inBrackets, name, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::([^:]*))?$/.exec(target) ?? [];
  const host = inBrackets ?? name ?? target;
  return port === undefined ? [host] : [host, port];
}
