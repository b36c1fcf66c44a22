import type { FilterOutcome, GatewayFilter } from '../filter/filter.types.js';
import type { Exchange } from './exchange.js';

/**
 * Runs filters in their order until one answers. Stays synchronous as long as every filter does.
 *
 * @throws what a filter throws; the promise rejects with it
 */
export function runFilters(filters: readonly GatewayFilter[], exchange: Exchange, from = 0): FilterOutcome | Promise<FilterOutcome> {
  for (let index = from; index < filters.length; index += 1) {
    const outcome = filters[index]?.onRequest?.(exchange);
    if (outcome === undefined) continue;
    return outcome instanceof Promise ? resume(filters, exchange, index + 1, outcome) : outcome;
  }
  return undefined;
}

async function resume(
  filters: readonly GatewayFilter[],
  exchange: Exchange,
  next: number,
  pending: Promise<FilterOutcome>,
): Promise<FilterOutcome> {
  const outcome = await pending;
  return outcome ?? (await runFilters(filters, exchange, next));
}
