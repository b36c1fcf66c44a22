import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { Header } from '@app/contracts';

/** Finds the address of whoever makes a request. */
export class ClientAddress {
  private readonly trusted = new BlockList();

  /** @param trustedProxies networks in CIDR form, checked by whoever read them */
  constructor(trustedProxies: readonly string[]) {
    for (const network of trustedProxies) {
      const [address = '', prefix = ''] = network.split('/');
      this.trusted.addSubnet(address, Number(prefix), familyOf(address));
    }
  }

  /**
   * The peer, or where that is a trusted proxy, the last hop of X-Forwarded-For that is none: what is written further left is the client's
   * own word.
   *
   * @returns an address without the IPv4-in-IPv6 prefix (RFC 4291 section 2.5.5.2); `unknown` where the connection is closed
   */
  of({ socket, headers }: Pick<IncomingMessage, 'headers' | 'socket'>): string {
    let address = plain(socket.remoteAddress ?? 'unknown');
    if (!this.isTrusted(address)) return address;
    const hops = String(headers[Header.ForwardedFor] ?? '').split(',');
    for (let hop = hops.pop(); hop !== undefined && this.isTrusted(address); hop = hops.pop()) {
      if (isIP(hop.trim()) === 0) return address;
      address = plain(hop.trim());
    }
    return address;
  }

  private isTrusted(address: string): boolean {
    return isIP(address) !== 0 && this.trusted.check(address, familyOf(address));
  }
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

function plain(address: string): string {
  return address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
}
