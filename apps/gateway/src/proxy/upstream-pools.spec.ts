import { UpstreamPools } from './upstream-pools.js';

const ORIGIN = 'http://127.0.0.1:9';

describe(UpstreamPools.name, () => {
  let pools: UpstreamPools;

  beforeEach(() => {
    pools = new UpstreamPools(1_000);
  });
  afterEach(() => pools.close());

  it('counts the requests at an address over all its pools', () => {
    const upstream = pools.get(ORIGIN);
    expect(pools.pool(upstream, 100)).not.toBe(pools.pool(upstream, 200));
    upstream.inFlight += 1;
    pools.get(ORIGIN).inFlight += 1;
    expect([pools.get(ORIGIN).inFlight, pools.get('http://127.0.0.1:10').inFlight]).toEqual([2, 0]);
  });

  it('keeps the connections of a route: the same wait for a connection, the same pool', () => {
    expect(pools.pool(pools.get(ORIGIN), 100)).toBe(pools.pool(pools.get(ORIGIN), 100));
  });
});
