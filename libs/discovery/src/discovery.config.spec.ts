import { balancingOf, discoveryConfig } from './discovery.config.js';

describe('discoveryConfig', () => {
  it('prefers the own zone where it is known, service by service', () => {
    const config = discoveryConfig.schema.parse({
      zone: 'north',
      services: { system: { strategy: 'weighted' }, auth: { preferZone: false } },
    });
    expect(balancingOf('dynamic', config)).toEqual({ strategy: 'least-pending', zone: 'north' });
    expect(balancingOf('system', config)).toEqual({ strategy: 'weighted', zone: 'north' });
    expect(balancingOf('auth', config)).toEqual({ strategy: 'least-pending', zone: undefined });
    expect(balancingOf('constructor', config)).toEqual({ strategy: 'least-pending', zone: 'north' });
  });

  it('refuses a strategy that there is not, and a setting that nothing reads', () => {
    expect(discoveryConfig.schema.safeParse({ strategy: 'random' }).success).toBe(false);
    expect(discoveryConfig.schema.safeParse({ services: { system: { stratgy: 'weighted' } } }).success).toBe(false);
  });
});
