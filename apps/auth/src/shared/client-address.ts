import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { Header } from '@app/contracts';

/** Finds the address of whoever makes a request. */
export class ClientAddress {
  readonly #trusted = new BlockList();

  /** @param trustedProxies networks in CIDR form */
  constructor(trustedProxies: readonly string[]) {
    for (const network of trustedProxies) {
      const [address = '', prefix = ''] = network.split('/');
      this.#trusted.addSubnet(address, Number(prefix), isIP(address) === 6 ? 'ipv6' : 'ipv4');
    }
  }

  /** The last hop of X-Forwarded-For when a trusted proxy wrote it, else the peer itself. */
  of(request: Pick<IncomingMessage, 'headers' | 'socket'>): string {
    const peer = request.socket.remoteAddress ?? '';
    const family = isIP(peer);
    if (family === 0 || !this.#trusted.check(peer, family === 6 ? 'ipv6' : 'ipv4')) return peer;
    const forwarded = [request.headers[Header.ForwardedFor]].flat().at(-1);
    const last = forwarded?.split(',').at(-1)?.trim() ?? '';
    return isIP(last) === 0 ? peer : last;
  }
}
