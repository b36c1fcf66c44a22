import { DiscoveryService, type RegistrationOptions } from '@app/discovery';
import { HealthRegistry } from '@app/telemetry';
import { waitFor } from '@app/testing';
import type { INestApplicationContext } from '@nestjs/common';
import { keepRegistered } from './keep-registered.js';
import { ServiceLifecycle } from './service-lifecycle.js';

function setup(options: { isRegistered: boolean }) {
  const calls: [string, number][] = [];
  const registrations: RegistrationOptions[] = [];
  const note = (call: string) => {
    calls.push([call, performance.now()]);
    return Promise.resolve();
  };
  const discovery = {
    ...options,
    register: (registration: RegistrationOptions) => {
      registrations.push(registration);
      return note('register');
    },
    drain: () => note('drain'),
    deregister: () => note('deregister'),
  };
  const health = new HealthRegistry();
  const lifecycle = new ServiceLifecycle();
  const known = new Map<unknown, unknown>([
    [DiscoveryService, discovery],
    [HealthRegistry, health],
    [ServiceLifecycle, lifecycle],
  ]);
  const app = { get: (token: unknown) => known.get(token) } as INestApplicationContext;
  const start = () => keepRegistered(app, { service: 'system', address: '10.0.0.1', port: 1, expose: true });
  return { start, health, lifecycle, calls, registrations };
}

describe('keepRegistered', () => {
  it('waits until every check is up, then tells the registry what the checks say', async () => {
    const { start, health, registrations } = setup({ isRegistered: true });
    health.register('database', () => ({ status: 'down', detail: 'refused' }));
    const registered = start();
    await health.report();
    expect(registrations).toEqual([]);
    health.register('database', () => ({ status: 'up' }));
    expect((await health.report()).status).toBe('down');
    await waitFor(() => registrations.length === 1);
    expect((await health.report()).status).toBe('up');
    const [registration] = registrations;
    expect(await registration?.status?.()).toEqual({ status: 'up' });
    health.register('database', () => ({ status: 'down', detail: 'refused' }));
    health.register('redis', () => ({ status: 'down' }));
    expect(await registration?.status?.()).toEqual({ status: 'down', note: 'database: refused; redis' });
    await registered.end();
  });

  it.each([
    [true, 250, 5_000],
    [false, 0, 250],
  ])('registered: %s; leaves at least %i and less than %i ms between draining and the end', async (isRegistered, least, most) => {
    const { start, calls } = setup({ isRegistered });
    await start().end();
    const [[first, drained] = ['', 0], [second, ended] = ['', 0]] = calls.slice(-2);
    expect([first, second]).toEqual(['drain', 'deregister']);
    expect(ended - drained).toBeGreaterThanOrEqual(least);
    expect(ended - drained).toBeLessThan(most);
  });

  it('waits for longer while new requests still come, and not for ever', async () => {
    const { start, lifecycle, calls } = setup({ isRegistered: true });
    const requests = setInterval(() => {
      lifecycle.begin();
    }, 50);
    await start().end();
    clearInterval(requests);
    const [[, drained] = ['', 0], [, ended] = ['', 0]] = calls.slice(-2);
    expect(ended - drained).toBeGreaterThanOrEqual(1_900);
    expect(ended - drained).toBeLessThan(5_000);
  });
});
