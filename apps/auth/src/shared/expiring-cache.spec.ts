import { ExpiringCache } from './expiring-cache.js';

describe(ExpiringCache.name, () => {
  it('loads once for all who ask at the same time', async () => {
    const cache = new ExpiringCache<number>({ ttlMs: () => 1_000, maxSize: 10 });
    let loads = 0;
    const load = () => Promise.resolve((loads += 7));
    await expect(Promise.all([cache.get('a', load), cache.get('a', load)])).resolves.toEqual([7, 7]);
    expect(loads).toBe(7);
  });

  it('loads again when the time is over', async () => {
    const cache = new ExpiringCache<number>({ ttlMs: () => 0, maxSize: 10 });
    let count = 0;
    const load = () => Promise.resolve(++count);
    await cache.get('a', load);
    await expect(cache.get('a', load)).resolves.toBe(2);
  });

  it('does not remember a failure', async () => {
    const cache = new ExpiringCache<number>({ ttlMs: () => 1_000, maxSize: 10 });
    await expect(cache.get('a', () => Promise.reject(new Error('down')))).rejects.toThrow('down');
    await expect(cache.get('a', () => Promise.resolve(1))).resolves.toBe(1);
  });

  it('forgets the oldest when it is full', async () => {
    const cache = new ExpiringCache<string>({ ttlMs: () => 1_000, maxSize: 2 });
    for (const key of ['a', 'b', 'c']) await cache.get(key, () => Promise.resolve(key));
    let loads = 0;
    const load = () => Promise.resolve(`again ${(loads += 1)}`);
    await expect(cache.get('c', load)).resolves.toBe('c');
    await expect(cache.get('a', load)).resolves.toBe('again 1');
  });
});
