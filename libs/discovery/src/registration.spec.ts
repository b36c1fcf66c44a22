import type { ConsulClient } from '@app/config';
import { createLogger } from '@app/telemetry';
import { waitFor } from '@app/testing';
import { type InstanceStatus, Registration } from './registration.js';

const logger = createLogger('test');
logger.level = 'silent';

/** A registry that notes what it is told, and may have lost the check. */
function setup() {
  const calls: string[] = [];
  const state: { current: InstanceStatus; isLost: boolean } = { current: { status: 'up' }, isLost: false };
  const note = (call: string) => {
    if (call !== calls.at(-1)) calls.push(call);
    return Promise.resolve();
  };
  const tell = (call: string) =>
    state.isLost ? Promise.reject(Object.assign(new Error('Unknown check'), { statusCode: 404 })) : note(call);
  const client = {
    agent: {
      check: { pass: () => tell('pass'), fail: ({ note: reason }: { note?: string }) => tell(`fail: ${reason}`) },
      service: {
        register: ({ check }: { check: { status: string } }) => {
          state.isLost = false;
          return note(`register ${check.status}`);
        },
        deregister: () => note('deregister'),
        maintenance: () => Promise.resolve(),
      },
    },
  } as unknown as ConsulClient;
  const options = { service: 'system', address: 'h', port: 9, status: () => Promise.resolve(state.current) };
  return { sut: new Registration(client, options, logger, 5), calls, state };
}

describe(Registration.name, () => {
  it('every heartbeat tells what holds then: fails with the reason while down, passes again afterwards', async () => {
    const { sut, calls, state } = setup();
    await sut.start();
    state.current = { status: 'down', note: 'no database' };
    await waitFor(() => calls.at(-1) === 'fail: no database');
    state.current = { status: 'up' };
    await waitFor(() => calls.at(-1) === 'pass');
    await sut.end();
    expect(calls).toEqual(['register passing', 'pass', 'fail: no database', 'pass', 'deregister']);
  });

  it('registers again what the registry has lost, as critical while it is down', async () => {
    const { sut, calls, state } = setup();
    await sut.start();
    state.current = { status: 'down', note: 'no database' };
    state.isLost = true;
    await waitFor(() => calls.includes('register critical'));
    await sut.end();
    expect(calls).toEqual(['register passing', 'pass', 'register critical', 'fail: no database', 'deregister']);
  });
});
