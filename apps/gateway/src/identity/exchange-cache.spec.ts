import { ExchangeCache } from './exchange-cache.js';

function setup(maxEntries = 10) {
  const clock = { now: 0 };
  const cache = new ExchangeCache<string>({ maxEntries, now: () => clock.now });
  const loads: string[] = [];
  const load = (key: string, ttlMs = 1_000) =>
    cache.load(key, () => {
      loads.push(key);
      return Promise.resolve({ value: `value of ${key}`, ttlMs });
    });
  return { cache, clock, load, loads };
}

describe(ExchangeCache.name, () => {
  it('remembers for its time', async () => {
    const { cache, clock, load } = setup();
    await load('a');
    clock.now = 999;
    expect(cache.get('a')).toBe('value of a');
    clock.now = 1_000;
    expect(cache.get('a')).toBeUndefined();
    expect(cache.size).toBe(0);
  });

  it('loads once however many ask', async () => {
    const { load, loads } = setup();
    const values = await Promise.all([load('a'), load('a'), load('b')]);
    expect(values).toEqual(['value of a', 'value of a', 'value of b']);
    expect(loads).toEqual(['a', 'b']);
  });

  it('drops the least recently used beyond its bound', async () => {
    const { cache, load } = setup(2);
    await load('a');
    await load('b');
    cache.get('a');
    await load('c');
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual(['value of a', undefined, 'value of c']);
  });

  it('does not remember what was being loaded while entries were dropped, and loads it again', async () => {
    const { cache, loads, load } = setup();
    const gate = Promise.withResolvers<undefined>();
    const first = cache.load('a', async () => {
      await gate.promise;
      return { value: 'from before', ttlMs: 1_000 };
    });
    cache.dropWhere(() => false);
    const second = load('a');
    gate.resolve(undefined);
    await expect(first).resolves.toBe('from before');
    await expect(second).resolves.toBe('value of a');
    expect(loads).toEqual(['a']);
    expect(cache.get('a')).toBe('value of a');
  });

  it('does not remember failures, nor what is good for no time', async () => {
    const { cache, load } = setup();
    await expect(cache.load('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(load('a', 0)).resolves.toBe('value of a');
    expect(cache.size).toBe(0);
  });

  it('drops what it is told to', async () => {
    const { cache, load } = setup();
    await Promise.all([load('a'), load('b')]);
    cache.dropWhere((_, key) => key === 'a');
    expect([cache.get('a'), cache.get('b')]).toEqual([undefined, 'value of b']);
  });

  it('remembers nothing while it is closed', async () => {
    const { cache, load } = setup();
    await load('a');
    cache.clear('closed');
    await load('a');
    expect(cache.size).toBe(0);
    cache.clear('open');
    await load('a');
    expect(cache.size).toBe(1);
  });
});
