import { originOf } from './instance.js';

describe(originOf.name, () => {
  it('puts an IPv6 address into brackets', () => {
    expect(originOf({ address: '10.0.0.1', port: 80 })).toBe('http://10.0.0.1:80');
    expect(originOf({ address: '::1', port: 80 })).toBe('http://[::1]:80');
  });
});
