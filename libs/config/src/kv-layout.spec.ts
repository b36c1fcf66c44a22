import { configKeysOf } from './kv-layout.js';

describe(configKeysOf.name, () => {
  it('without a profile: the own document, then that of all', () => {
    expect(configKeysOf('gateway', [])).toEqual(['gateway', 'application']);
  });

  it('a profile counts more than none, and of several the last one most', () => {
    expect(configKeysOf('gateway', ['prod', 'north'])).toEqual([
      'gateway,north',
      'gateway,prod',
      'application,north',
      'application,prod',
      'gateway',
      'application',
    ]);
  });
});
