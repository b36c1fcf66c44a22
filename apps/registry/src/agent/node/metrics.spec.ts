import { hostname } from 'node:os';
import { RegistryState } from '../../store/registry-state.js';
import { metricsJson } from './metrics.js';

describe('the gauges', () => {
  const state = new RegistryState();
  const gauge = (name: string) => metricsJson(state, 'dc1').Gauges.find(({ Name }) => Name === `consul.${hostname()}.${name}`);

  it('are of this process and of what is held', () => {
    expect(gauge('runtime.alloc_bytes')).toEqual({ Name: expect.any(String) as string, Value: expect.any(Number) as number, Labels: {} });
    expect(gauge('runtime.sys_bytes')?.Value).toBeGreaterThan(gauge('runtime.alloc_bytes')?.Value ?? NaN);
    state.apply({ type: 'kv-put', key: 'a', value: 'YQ==', flags: '0' }, 1, new Set());
    state.apply({ type: 'node-put', node: { id: '', name: 'n', address: 'a', meta: {}, taggedAddresses: {} } }, 2, new Set());
    expect([gauge('state.kv_entries'), gauge('state.nodes')]).toMatchObject([
      { Value: 1, Labels: { datacenter: 'dc1' } },
      { Value: 1, Labels: { datacenter: 'dc1' } },
    ]);
    expect(gauge('raft.applied_index')?.Value).toBe(state.index);
  });
});
