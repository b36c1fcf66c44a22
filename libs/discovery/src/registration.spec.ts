import type { ConsulClient } from '@app/config';
import { createLogger } from '@app/telemetry';
import { waitFor } from '@app/testing';
import { type InstanceStatus, Registration } from './registration.js';

const logger = createLogger('test');
logger.level = 'silent';

interface State {
  current: InstanceStatus;
  /** The status that heartbeats and maintenance are refused with, until the instance registers again. */
  refusal: number | undefined;
  /** The registry is away. */
  isAway: boolean;
}

/** A registry that notes what it is told, and may have lost the instance or be away. */
function setup() {
  const calls: string[] = [];
  const attempts: number[] = [];
  const state: State = { current: { status: 'up' }, refusal: undefined, isAway: false };
  const note = (call: string) => {
    attempts.push(performance.now());
    if (state.isAway) return Promise.reject(new Error('refused'));
    if (call !== calls.at(-1)) calls.push(call);
    return Promise.resolve();
  };
  const tell = (call: string) => {
    if (state.refusal === undefined) return note(call);
    return Promise.reject(Object.assign(new Error('no'), { statusCode: state.refusal }));
  };
  const client = {
    agent: {
      check: { pass: () => tell('pass'), fail: ({ note: reason }: { note?: string }) => tell(`fail: ${reason}`) },
      service: {
        register: async ({ check }: { check: { status: string } }) => {
          await note(`register ${check.status}`);
          state.refusal = undefined;
        },
        deregister: () => note('deregister'),
        maintenance: ({ enable }: { enable: boolean }) => (enable ? tell('maintenance') : Promise.resolve()),
      },
    },
  } as unknown as ConsulClient;
  const options = { service: 'system', address: 'h', port: 9, status: () => Promise.resolve(state.current) };
  const create = (heartbeatMs = 5) => new Registration(client, options, logger, heartbeatMs);
  return { sut: create(), create, calls, attempts, state };
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

  it.each([404, 500, 503])('registers again what the registry answers %i about, as critical while it is down', async (status) => {
    const { sut, calls, state } = setup();
    await sut.start();
    state.current = { status: 'down', note: 'no database' };
    state.refusal = status;
    await waitFor(() => calls.includes('register critical'));
    await sut.end();
    expect(calls).toEqual(['register passing', 'pass', 'register critical', 'fail: no database', 'deregister']);
  });

  it('does not register again what is refused for another reason', async () => {
    const { sut, calls, state } = setup();
    await sut.start();
    state.refusal = 403;
    await waitFor(() => sut.unreachableSince !== undefined);
    await sut.end();
    expect(calls).toEqual(['register passing', 'pass', 'deregister']);
  });

  it('asks a registry that is away less and less often, and never in step with others', async () => {
    const { create, attempts, state } = setup();
    state.isAway = true;
    const sut = create(1_000);
    await sut.start();
    await waitFor(() => attempts.length === 4);
    await sut.end();
    const pauses = attempts.slice(1, 4).map((time, index) => time - (attempts[index] ?? 0));
    const between = ([least, most]: [number, number], value = 0) => value >= least && value < most + 200;
    expect([between([150, 300], pauses[0]), between([300, 600], pauses[1]), between([500, 1_000], pauses[2])]).toEqual([true, true, true]);
    expect(new Set(pauses.map(Math.round)).size).toBe(3);
  });

  it('tells also a registry that has lost the instance that it is draining: others may still use what they knew', async () => {
    const { create, calls, state } = setup();
    const sut = create(60_000);
    await sut.start();
    state.refusal = 404;
    await sut.drain('shutting down');
    expect(calls).toEqual(['register passing', 'pass', 'register critical', 'maintenance', 'fail: shutting down']);
    await sut.end();
  });

  it('stays in maintenance when a heartbeat registers it again while it begins to drain', async () => {
    const { sut, calls, state } = setup();
    await sut.start();
    const { promise, resolve } = Promise.withResolvers<InstanceStatus>();
    const isAsked = Promise.withResolvers<undefined>();
    Object.defineProperty(state, 'current', {
      get() {
        isAsked.resolve(undefined);
        return promise;
      },
    });
    await isAsked.promise;
    const drained = sut.drain('shutting down');
    await waitFor(() => calls.includes('maintenance'));
    state.refusal = 404;
    resolve({ status: 'up' });
    await drained;
    expect(calls.slice(2)).toEqual(['maintenance', 'register passing', 'maintenance', 'pass', 'maintenance']);
    await sut.end();
  });
});
