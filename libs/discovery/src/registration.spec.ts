import type { ConsulClient } from '@app/config';
import { createLogger } from '@app/telemetry';
import { waitFor } from '@app/testing';
import { type InstanceStatus, Registration } from './registration.js';

const logger = createLogger('test');
logger.level = 'silent';
/** Between two heartbeats, where a test wants none. */
const NEVER_MS = 3_600_000;

interface State {
  current: InstanceStatus | Promise<InstanceStatus>;
  meta: Record<string, string>;
  /** The status that heartbeats and maintenance are refused with, until the instance registers again. */
  refusal: number | undefined;
  /** Answers to calls of this name wait for its end. */
  held: { call: string; until: Promise<undefined> } | undefined;
}

/** A registry that notes what it has been told, and may have lost the instance or be slow. */
function setup(heartbeatMs = 5) {
  const calls: string[] = [];
  const begun: string[] = [];
  const state: State = { current: { status: 'up' }, meta: {}, refusal: undefined, held: undefined };
  const note = async (call: string) => {
    begun.push(call);
    if (state.held?.call === call) await state.held.until;
    if (call !== calls.at(-1)) calls.push(call);
  };
  const tell = (call: string) => {
    if (state.refusal === undefined) return note(call);
    return Promise.reject(Object.assign(new Error('no'), { statusCode: state.refusal }));
  };
  const client = {
    agent: {
      check: { pass: () => tell('pass'), fail: ({ note: reason }: { note?: string }) => tell(`fail: ${reason}`) },
      service: {
        register: async ({ check, meta }: { check: { status: string }; meta: Record<string, string> }) => {
          await note(['register', check.status, ...Object.values(meta)].join(' '));
          state.refusal = undefined;
        },
        deregister: () => note('deregister'),
        maintenance: ({ enable }: { enable: boolean }) => tell(`maintenance ${enable ? 'on' : 'off'}`),
      },
    },
  } as unknown as ConsulClient;
  const options = { service: 'system', address: 'h', port: 9, status: () => Promise.resolve(state.current), meta: () => state.meta };
  /** Makes the answers to a call wait. */
  const hold = (call: string) => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    state.held = { call, until: promise };
    begun.length = 0;
    return { isBegun: () => waitFor(() => begun.includes(call)), answer: () => resolve(undefined) };
  };
  return { sut: new Registration(client, options, logger, heartbeatMs), calls, begun, hold, state };
}

const REGISTERED = ['register passing', 'maintenance off', 'pass'];

describe(Registration.name, () => {
  it('every heartbeat tells what holds then: fails with the reason while down, passes again afterwards', async () => {
    const { sut, calls, state } = setup();
    await sut.start();
    state.current = { status: 'down', note: 'no database' };
    await waitFor(() => calls.at(-1) === 'fail: no database');
    state.current = { status: 'up' };
    await waitFor(() => calls.at(-1) === 'pass');
    await sut.end();
    expect(calls).toEqual([...REGISTERED, 'fail: no database', 'pass', 'deregister']);
  });

  it.each([404, 500, 503])('registers again what the registry answers %i about, as critical while it is down', async (status) => {
    const { sut, calls, state } = setup();
    await sut.start();
    state.current = { status: 'down', note: 'no database' };
    state.refusal = status;
    await waitFor(() => calls.includes('register critical'));
    await sut.end();
    const again = calls.slice(calls.indexOf('register critical'));
    expect([again[0], again.at(-1), again.includes('maintenance off')]).toEqual(['register critical', 'deregister', false]);
  });

  it('does not register again what is refused for another reason', async () => {
    const { sut, calls, state } = setup();
    await sut.start();
    state.refusal = 403;
    await waitFor(() => sut.unreachableSince !== undefined);
    await sut.end();
    expect(calls).toEqual([...REGISTERED, 'deregister']);
  });

  it('registers again at once when what is registered has changed; maintenance, which is an operator’s by then, stays', async () => {
    const { sut, calls, state } = setup(NEVER_MS);
    await sut.start();
    state.meta = { zone: 'north' };
    sut.renew();
    await waitFor(() => calls.at(-1) === 'pass' && calls.length > REGISTERED.length);
    await sut.end();
    expect(calls).toEqual([...REGISTERED, 'register passing north', 'pass', 'deregister']);
  });

  it('tries a change again that the registry has not taken', async () => {
    const { sut, calls, state } = setup();
    await sut.start();
    state.meta = { zone: 'north' };
    const { promise, reject } = Promise.withResolvers<undefined>();
    state.held = { call: 'register passing north', until: promise };
    sut.renew();
    reject(new Error('away'));
    await waitFor(() => sut.unreachableSince !== undefined);
    state.held = undefined;
    await waitFor(() => calls.includes('register passing north'));
    await waitFor(() => sut.unreachableSince === undefined);
    await sut.end();
  });

  it('tells also a registry that has lost the instance that it is draining: others may still use what they knew', async () => {
    const { sut, calls, state } = setup(NEVER_MS);
    await sut.start();
    state.refusal = 404;
    await sut.drain('shutting down');
    expect(calls).toEqual([...REGISTERED, 'register critical', 'maintenance on']);
    await sut.end();
  });

  it('drains after the heartbeat that is under way: its pass cannot come later', async () => {
    const { sut, calls, hold } = setup();
    await sut.start();
    const pass = hold('pass');
    await pass.isBegun();
    const drained = sut.drain('shutting down');
    const ended = sut.end();
    pass.answer();
    await Promise.all([drained, ended]);
    expect(calls).toEqual([...REGISTERED, 'maintenance on', 'deregister']);
  });

  it('a heartbeat that is registering when draining begins tells nothing more', async () => {
    const { sut, begun, hold } = setup();
    const register = hold('register passing');
    const started = sut.start();
    await register.isBegun();
    const drained = sut.drain('shutting down');
    register.answer();
    await Promise.all([started, drained]);
    await sut.end();
    expect(begun).toEqual(['register passing', 'maintenance on', 'deregister']);
  });

  it('a heartbeat that still asks for its status when draining begins tells nothing', async () => {
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
    await sut.drain('shutting down');
    resolve({ status: 'up' });
    await sut.end();
    expect(calls).toEqual([...REGISTERED, 'maintenance on', 'deregister']);
  });
});
