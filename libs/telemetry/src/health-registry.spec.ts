import { HealthRegistry } from './health-registry.js';

describe(HealthRegistry.name, () => {
  it('is up without checks', async () => {
    expect(await new HealthRegistry().report()).toEqual({ status: 'up', checks: {} });
  });

  it('stays up when a check is degraded and goes down with one that is down', async () => {
    const sut = new HealthRegistry();
    sut.register('database', () => ({ status: 'up' }));
    sut.register('registry', () => Promise.resolve({ status: 'degraded', detail: 'away' }));
    expect(await sut.report()).toEqual({
      status: 'up',
      checks: { database: { status: 'up' }, registry: { status: 'degraded', detail: 'away' } },
    });
    sut.register('redis', () => ({ status: 'down' }));
    expect((await sut.report()).status).toBe('down');
  });

  it('counts a check that throws, rejects or does not answer in time as down, and says which', async () => {
    const sut = new HealthRegistry();
    sut.register('throws', () => {
      throw new Error('no route to redis://:hunter2@cache');
    });
    sut.register('rejects', () => Promise.reject(new Error('refused')));
    sut.register('hangs', () => new Promise(() => undefined), { timeoutMs: 20 });
    expect(await sut.report()).toEqual({
      status: 'down',
      checks: {
        throws: { status: 'down', detail: 'no route to redis://:[redacted]@cache' },
        rejects: { status: 'down', detail: 'refused' },
        hangs: { status: 'down', detail: 'no answer within 20 ms' },
      },
    });
  });

  it('forgets a check that was taken back, but not its successor of the same name', async () => {
    const sut = new HealthRegistry();
    const takeBack = sut.register('store', () => ({ status: 'down' }));
    sut.register('store', () => ({ status: 'up' }));
    takeBack();
    expect((await sut.report()).checks).toEqual({ store: { status: 'up' } });
  });
});
