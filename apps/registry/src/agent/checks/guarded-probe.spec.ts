import { type Probe, probeGuarded } from './guarded-probe.js';

describe(probeGuarded.name, () => {
  it.each<[string, Probe]>([
    ['throws at once', () => raise()],
    ['fails', () => Promise.reject(new Error('no luck'))],
    ['fails with something that is no error', () => Promise.resolve().then(() => raise('no luck'))],
  ])('a probe that %s is critical with the text', async (_, probe) => {
    expect(await probeGuarded(probe, { timeoutMs: 5_000 }, new AbortController())).toEqual({ status: 'critical', output: 'no luck' });
  });

  it('a probe that never ends is critical soon after its timeout', async () => {
    const startedAt = performance.now();
    const result = await probeGuarded(() => new Promise(() => undefined), { timeoutMs: 10 }, new AbortController());
    expect(result).toEqual({ status: 'critical', output: 'context deadline exceeded' });
    expect(performance.now() - startedAt).toBeGreaterThan(1_000);
  });

  it('a probe that fails when nobody waits for it any more is not heard', async () => {
    const { promise, reject } = Promise.withResolvers<never>();
    const unhandled: unknown[] = [];
    const onUnhandled = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', onUnhandled);
    expect(await probeGuarded(() => promise, { timeoutMs: 1 }, new AbortController())).toMatchObject({ status: 'critical' });
    reject(new Error('too late'));
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', onUnhandled);
    expect(unhandled).toEqual([]);
  });

  function raise(reason: unknown = new Error('no luck')): never {
    throw reason;
  }
});
