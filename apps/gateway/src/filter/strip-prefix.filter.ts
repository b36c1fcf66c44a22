import { z } from 'zod';
import type { Exchange } from '../proxy/exchange.js';
import { definePart, wholeNumberSchema } from '../route/part-factory.js';
import { FilterOrder } from './filter-order.js';
import type { FilterFactory, GatewayFilter } from './filter.types.js';

/** `StripPrefix=2`: `/api/system/areas` goes out as `/areas`. */
export const stripPrefixFilter: FilterFactory = definePart({
  name: 'StripPrefix',
  shortcut: { fields: ['parts'] },
  schema: z.strictObject({ parts: wholeNumberSchema }),
  create: ({ parts }) => new StripPrefix(parts),
});

class StripPrefix implements GatewayFilter {
  readonly order = FilterOrder.StripPrefix;

  constructor(private readonly parts: number) {}

  onRequest(exchange: Exchange): undefined {
    const end = endOfSegments(exchange.path, this.parts);
    exchange.strippedPrefix += exchange.path.slice(0, end);
    exchange.path = exchange.path.slice(end) || '/';
    return undefined;
  }
}

/** Where the first `count` segments of a path end. */
function endOfSegments(path: string, count: number): number {
  let end = 0;
  for (let left = count; left > 0 && end < path.length; left -= 1) {
    const next = path.indexOf('/', end + 1);
    end = next === -1 ? path.length : next;
  }
  return end;
}
