import { DiscoveryService, type RegistrationOptions } from '@app/discovery';
import { HealthRegistry } from '@app/telemetry';
import { waitFor } from '@app/testing';
import type { INestApplicationContext } from '@nestjs/common';
import { keepRegistered } from './keep-registered.js';

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
  const known = new Map<unknown, unknown>([
    [DiscoveryService, discovery],
    [HealthRegistry, health],
  ]);
  const app = { get: (token: unknown) => known.get(token) } as INestApplicationContext;
  const start = () => keepRegistered(app, { service: 'system', address: '10.0.0.1', port: 1, expose: true });
  return { start, health, calls, registrations };
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
});
