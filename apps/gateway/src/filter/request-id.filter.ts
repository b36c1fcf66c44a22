import { randomUUID } from 'node:crypto';
import { Header } from '@app/contracts';
import { FilterOrder } from './filter-order.js';
import type { GatewayFilter } from './filter.types.js';

/** Gives every request an id of its own, to the upstream and back to the client; one from outside does not count. */
export const requestIdFilter: GatewayFilter = {
  order: FilterOrder.RequestId,
  onRequest(exchange) {
    exchange.requestId = randomUUID();
    exchange.headers.append(Header.RequestId, exchange.requestId);
    return undefined;
  },
  onResponse(exchange, headers) {
    headers[Header.RequestId] = exchange.requestId;
  },
};
