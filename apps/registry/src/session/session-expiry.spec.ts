import { createLogger } from '@app/telemetry';
import { jest } from '@jest/globals';
import type { Command } from '../store/command.js';
import type { DurableStore } from '../store/durable-store.js';
import { RegistryState } from '../store/registry-state.js';
import { Watchers } from '../store/watchers.js';
import { SessionExpiry } from './session-expiry.js';

const logger = createLogger('test');
logger.level = 'silent';

function createExpiry(ttl = '10s') {
  const state = new RegistryState();
  const watchers = new Watchers();
  let failing = false;
  let tries = 0;
  const propose = (command: Command) => {
    tries += 1;
    if (failing) return Promise.reject(new Error('disk full'));
    const touched = new Set<string>();
    const result = state.apply(command, state.index + 1, touched);
    watchers.wake(touched);
    return Promise.resolve(result);
  };
  void propose({ type: 'node-put', node: { id: 'n', name: 'node', address: '', meta: {}, taggedAddresses: {} } });
  const session = { id: 's', name: '', node: 'node', lockDelayNs: 0, behavior: 'release', ttl, nodeChecks: [], serviceChecks: [] } as const;
  void propose({ type: 'session-create', session });
  const sut = new SessionExpiry({ state, watchers, propose } as unknown as DurableStore, logger);
  sut.start();
  const lives = async (ms: number) => {
    await jest.advanceTimersByTimeAsync(ms);
    return state.sessions.get('s') !== undefined;
  };
  const addMore = (count: number) => {
    for (let number = 0; number < count; number += 1) {
      const more = { ...session, id: `more-${number}` };
      void propose({ type: 'session-create', session: more });
      sut.watch(more);
    }
  };
  return {
    sut,
    state,
    propose,
    lives,
    addMore,
    triesSince: (before: number) => tries - before,
    fail: (isFailing: boolean) => (failing = isFailing),
  };
}

describe(SessionExpiry.name, () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('ends a session that is not renewed after twice its TTL, not before', async () => {
    const { lives } = createExpiry();
    expect([await lives(19_999), await lives(1)]).toEqual([true, false]);
  });

  it('a renewal gives all of the time again', async () => {
    const { sut, lives } = createExpiry();
    await lives(19_000);
    sut.renew('s');
    expect([await lives(19_999), await lives(1)]).toEqual([true, false]);
  });

  it('a session without a TTL stays', async () => {
    const { sut, lives } = createExpiry('');
    sut.renew('s');
    expect(await lives(3 * 86_400_000)).toBe(true);
  });

  it('tries again when the end could not be written down; a renewal meanwhile gives all of the time again', async () => {
    const { sut, lives, fail } = createExpiry();
    fail(true);
    expect(await lives(20_500)).toBe(true);
    fail(false);
    sut.renew('s');
    expect([await lives(19_999), await lives(1)]).toEqual([true, false]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('ends it a moment later when nobody renews it meanwhile', async () => {
    const { lives, fail } = createExpiry();
    fail(true);
    await lives(20_000);
    fail(false);
    expect([await lives(999), await lives(1)]).toEqual([true, false]);
  });

  it.each(['+10s', '10000000μs'])('knows a TTL that is written as %s', async (ttl) => {
    const { lives } = createExpiry(ttl);
    expect([await lives(19_999), await lives(1)]).toEqual([true, false]);
  });

  it('ends very many at once, and tries only a few of them again while none can be written down', async () => {
    const { state, lives, addMore, triesSince, fail } = createExpiry();
    addMore(5_000);
    fail(true);
    const before = triesSince(0);
    await lives(30_500);
    // Eleven times, a few of them.
    expect(triesSince(before)).toBeLessThan(11 * 300);
    fail(false);
    await lives(500);
    expect(state.sessions.usage().sessions).toBe(0);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('keeps no timer of a session that has ended otherwise', async () => {
    const { propose } = createExpiry('86400s');
    await propose({ type: 'session-destroy', id: 's' });
    expect(jest.getTimerCount()).toBe(0);
  });

  it.each([0, 20_500])('stops with the agent, also while it tries again: after %j ms', async (ms) => {
    const { sut, lives, fail } = createExpiry();
    fail(true);
    await lives(ms);
    sut.stop();
    expect(jest.getTimerCount()).toBe(0);
  });
});
