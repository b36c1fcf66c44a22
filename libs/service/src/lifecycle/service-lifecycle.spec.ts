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
    let begunAt = Infinity;
    setTimeout(() => {
      sut.begin();
      begunAt = performance.now();
    }, 10);
    await sut.quiet(300, 3_600_000);
    expect(performance.now() - begunAt).toBeGreaterThanOrEqual(299);
  });

  it('is quiet although probes go on for ever', async () => {
    const sut = new ServiceLifecycle();
    const probes = setInterval(() => {
      sut.begin({ isProbe: true });
    }, 10);
    await expect(sut.quiet(100, 3_600_000)).resolves.toBeUndefined();
    clearInterval(probes);
  });

  it('waits for quiet no longer than said', async () => {
    const sut = new ServiceLifecycle();
    await expect(sut.quiet(3_600_000, 50)).resolves.toBeUndefined();
  });

  it('aborts `stopping` when the end begins', () => {
    const sut = new ServiceLifecycle();
    expect(sut.stopping.aborted).toBe(false);
    sut.beginStop();
    expect(sut.stopping.aborted).toBe(true);
  });
});
