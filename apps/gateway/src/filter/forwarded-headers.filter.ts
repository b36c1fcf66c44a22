import { Header } from '@app/contracts';
import { FilterOrder } from './filter-order.js';
import type { GatewayFilter } from './filter.types.js';

/** Tells the upstream who asked and under which address: X-Forwarded-For, -Host, -Proto and, after StripPrefix, -Prefix. */
export const forwardedHeadersFilter: GatewayFilter = {
  order: FilterOrder.ForwardedHeaders,
  onRequest({ headers, request, clientAddress, strippedPrefix }) {
    headers.append(Header.ForwardedFor, clientAddress);
    headers.append(Header.ForwardedHost, request.headers.host ?? '');
    headers.append(Header.ForwardedProto, 'encrypted' in request.socket ? 'https' : 'http');
    if (strippedPrefix !== '') headers.append(Header.ForwardedPrefix, strippedPrefix);
    return undefined;
  },
};
