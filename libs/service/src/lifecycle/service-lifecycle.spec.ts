import { ServiceLifecycle } from './service-lifecycle.js';

describe(ServiceLifecycle.name, () => {
  it('is idle at once when nothing is being handled', async () => {
    expect(await new ServiceLifecycle().idle(60_000)).toBe(0);
  });

  it('is idle when the last request has ended', async () => {
    const sut = new ServiceLifecycle();
    sut.begin();
    sut.begin();
    const idle = sut.idle(60_000);
    sut.end();
    sut.end();
    expect(await idle).toBe(0);
  });

  it('tells how many were left when the time is over', async () => {
    const sut = new ServiceLifecycle();
    sut.begin();
    expect(await sut.idle(10)).toBe(1);
  });

  it('is quiet once no request has begun for a while, counted from the question on', async () => {
    const sut = new ServiceLifecycle();
    const from = performance.now();
    setTimeout(() => {
      sut.begin();
    }, 60);
    await sut.quiet(100, 60_000);
    const took = performance.now() - from;
    expect(took).toBeGreaterThanOrEqual(150);
    expect(took).toBeLessThan(5_000);
  });

  it('aborts `stopping` when the end begins', () => {
    const sut = new ServiceLifecycle();
    expect(sut.stopping.aborted).toBe(false);
    sut.beginStop();
    expect(sut.stopping.aborted).toBe(true);
  });
});
