import { RequestLimiter } from './request-limiter.js';

describe(RequestLimiter.name, () => {
  it('says how long to wait once a key has had its share, and not for other keys', () => {
    const limiter = new RequestLimiter(() => ({ windowSeconds: 30, max: 2 }));
    limiter.count('a');
    expect(limiter.waitSeconds('a')).toBe(0);
    limiter.count('a');
    expect(limiter.waitSeconds('a')).toBeGreaterThan(28);
    expect(limiter.waitSeconds('a')).toBeLessThanOrEqual(30);
    expect(limiter.waitSeconds('b')).toBe(0);
  });

  it('begins anew with each window', () => {
    const limiter = new RequestLimiter(() => ({ windowSeconds: 0, max: 1 }));
    limiter.count('a');
    expect(limiter.waitSeconds('a')).toBe(0);
  });
});
