import type { GatewayFilter } from '../filter/filter.types.js';
import type { Exchange } from './exchange.js';
import { runFilters } from './filter-chain.js';

const answer = { status: 200, headers: [], body: 'here' };

function setup() {
  const ran: string[] = [];
  const filter = (name: string, outcome?: ReturnType<NonNullable<GatewayFilter['onRequest']>>): GatewayFilter => ({
    order: 0,
    onRequest: () => {
      ran.push(name);
      return outcome;
    },
  });
  return { ran, filter, exchange: {} as unknown as Exchange };
}

describe(runFilters.name, () => {
  it('runs all in order, and needs no promise where no filter does', () => {
    const { ran, filter, exchange } = setup();
    expect(runFilters([filter('a'), { order: 0 }, filter('b')], exchange)).toBeUndefined();
    expect(ran).toEqual(['a', 'b']);
  });

  it('ends with the first answer', () => {
    const { ran, filter, exchange } = setup();
    expect(runFilters([filter('a', answer), filter('b')], exchange)).toBe(answer);
    expect(ran).toEqual(['a']);
  });

  it('goes on after a filter that waits', async () => {
    const { ran, filter, exchange } = setup();
    const waiting = filter('a', Promise.resolve(undefined));
    await expect(runFilters([waiting, filter('b'), filter('c', Promise.resolve(answer)), filter('d')], exchange)).resolves.toBe(answer);
    expect(ran).toEqual(['a', 'b', 'c']);
  });

  it('hands on what a filter throws', async () => {
    const { filter, exchange } = setup();
    const failing: GatewayFilter = {
      order: 0,
      onRequest: () => {
        throw new Error('no');
      },
    };
    expect(() => runFilters([failing], exchange)).toThrow('no');
    await expect(runFilters([filter('a', Promise.resolve(undefined)), failing], exchange)).rejects.toThrow('no');
  });
});
