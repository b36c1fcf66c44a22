import { DiscoveryService, type RegistrationOptions } from '@app/discovery';
import { HealthRegistry } from '@app/telemetry';
import { waitFor } from '@app/testing';
import { jest } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { keepRegistered } from './keep-registered.js';
import { ServiceLifecycle } from './service-lifecycle.js';

function setup(options: { isRegistered: boolean }) {
  const calls: string[] = [];
  const registrations: RegistrationOptions[] = [];
  const note = (call: string) => {
    calls.push(call);
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
  jest.spyOn(lifecycle, 'quiet').mockImplementation(() => note('quiet'));
  const known = new Map<unknown, unknown>([
    [DiscoveryService, discovery],
    [HealthRegistry, health],
    [ServiceLifecycle, lifecycle],
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
    [true, ['drain', 'quiet', 'deregister']],
    [false, ['drain', 'deregister']],
  ])('registered: %s; at the end it does %j', async (isRegistered, steps) => {
    const { start, calls } = setup({ isRegistered });
    await start().end();
    expect(calls.slice(-steps.length)).toEqual(steps);
  });
});
