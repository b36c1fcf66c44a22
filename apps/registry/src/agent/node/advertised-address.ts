import { isIPv4, isIPv6 } from 'node:net';

const WILDCARD = /^\[?[0:.]+\]?$/;

/** The address under which others know a node that listens on `host`: `0.0.0.0` and `::` are nobody's. */
export function advertisedAddress(host: string): string {
  return WILDCARD.test(host) ? '127.0.0.1' : host;
}

/** The addresses of a node by name: `lan`, `wan`, and those of its family. */
export function nodeAddresses(address: string): Record<string, string> {
  return { lan: address, wan: address, ...byFamily(address, address) };
}

/** `lan_ipv4`, `wan_ipv4`, or their likes for IPv6; nothing for a name. */
export function byFamily<T>(address: string, value: T): Record<string, T> {
  const family = isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : undefined;
  return family === undefined ? {} : { [`lan_${family}`]: value, [`wan_${family}`]: value };
}

/** Host and port in one, as Go's `net.JoinHostPort` writes it. */
export function joinHostPort(host: string, port: number): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}
