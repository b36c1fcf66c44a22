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

  it('aborts `stopping` when the end begins', () => {
    const sut = new ServiceLifecycle();
    expect(sut.stopping.aborted).toBe(false);
    sut.beginStop();
    expect(sut.stopping.aborted).toBe(true);
  });
});
