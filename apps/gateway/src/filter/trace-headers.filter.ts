import { propagation } from '@opentelemetry/api';
import type { HeaderList } from '../proxy/header-list.js';
import { FilterOrder } from './filter-order.js';
import type { GatewayFilter } from './filter.types.js';

const setter = {
  set: (headers: HeaderList, name: string, value: string) => {
    headers.append(name.toLowerCase(), value);
  },
};

/** Carries the gateway's span to the upstream: `traceparent` and the B3 headers. Those from outside are gone by then. */
export const traceHeadersFilter: GatewayFilter = {
  order: FilterOrder.TraceHeaders,
  onRequest({ traceContext, headers }) {
    if (traceContext !== undefined) propagation.inject(traceContext, headers, setter);
    return undefined;
  },
};
