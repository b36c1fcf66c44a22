import { Header } from '@app/contracts';
import { FilterOrder } from './filter-order.js';
import type { GatewayFilter } from './filter.types.js';

/**
 * Tells the upstream who asked and under which address: X-Forwarded-For, -Host, -Proto and, after StripPrefix, -Prefix.
 *
 * @param publicUrl who asks under its name came with its scheme, also where something in front has taken the encryption off
 */
export function forwardedHeaders(publicUrl: string): GatewayFilter {
  const { host: publicHost, protocol } = new URL(publicUrl);
  const publicScheme = protocol.slice(0, -1);
  return {
    order: FilterOrder.ForwardedHeaders,
    onRequest({ headers, request, clientAddress, strippedPrefix }) {
      const host = request.headers.host ?? '';
      const scheme = 'encrypted' in request.socket ? 'https' : host === publicHost ? publicScheme : 'http';
      headers.append(Header.ForwardedFor, clientAddress);
      headers.append(Header.ForwardedHost, host);
      headers.append(Header.ForwardedProto, scheme);
      if (strippedPrefix !== '') headers.append(Header.ForwardedPrefix, strippedPrefix);
      return undefined;
    },
  };
}
