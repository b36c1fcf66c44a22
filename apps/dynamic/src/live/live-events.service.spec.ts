import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { LiveConfig } from '@app/config';
import { ServiceLifecycle } from '@app/service';
import { jest } from '@jest/globals';
import type { DynamicConfig } from '../dynamic.config.js';
import { LiveEventsService } from './live-events.service.js';
import type { LiveRepository } from './live.repository.js';

/** A service whose subscriptions are there once `subscribed.resolve` is called. */
function createService(eventClients = 10) {
  const subscribed = Promise.withResolvers<undefined>();
  const unsubscribe = jest.fn();
  const gaps: (() => void)[] = [];
  const live = {
    subscribe: jest.fn(async (_: unknown, onGap: () => void) => {
      gaps.push(onGap);
      await subscribed.promise;
      return unsubscribe;
    }),
    load: jest.fn(() => Promise.resolve()),
  };
  const lifecycle = new ServiceLifecycle();
  const config = { value: { eventClients, eventBuffer: 65_536 } } as unknown as LiveConfig<DynamicConfig>;
  const sut = new LiveEventsService(live as unknown as LiveRepository, lifecycle, config);
  const open = (response = createResponse()) => sut.open('', () => ({ response, headers: {} }));
  return { sut, live, lifecycle, subscribed, unsubscribe, gaps, open };
}

function createResponse(): ServerResponse {
  return new ServerResponse(new IncomingMessage(new Socket()));
}

const tooMany = expect.objectContaining({ code: 'DYN_TOO_MANY_EVENT_STREAMS' }) as unknown;

describe(LiveEventsService.name, () => {
  it('keeps nothing of a reader who leaves while the state is being read', async () => {
    const { open, subscribed, unsubscribe, lifecycle } = createService(1);
    const gone = createResponse();
    const opening = open(gone);
    gone.destroy();
    subscribed.resolve(undefined);
    await opening;
    expect(unsubscribe).toHaveBeenCalled();
    await expect(open()).resolves.toBeUndefined();
    lifecycle.beginStop();
  });

  it('opens no more streams than it may when they come at once', async () => {
    const { open, subscribed, lifecycle } = createService(2);
    const opening = Promise.allSettled([open(), open(), open()]);
    subscribed.resolve(undefined);
    expect((await opening).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    await expect(open()).rejects.toEqual(tooMany);
    lifecycle.beginStop();
  });

  it('opens nothing for a reader who waits while the service stops', async () => {
    const { open, subscribed, lifecycle, live, unsubscribe } = createService();
    const opening = open();
    lifecycle.beginStop();
    subscribed.resolve(undefined);
    await expect(opening).rejects.toEqual(tooMany);
    expect([live.subscribe.mock.calls.length, unsubscribe.mock.calls.length > 0]).toEqual([1, true]);
  });

  it('tries again for the next reader when the state could not be read', async () => {
    const { open, subscribed, live, lifecycle } = createService();
    subscribed.resolve(undefined);
    live.load.mockRejectedValueOnce(new Error('Command timed out'));
    await expect(open()).rejects.toThrow('Command timed out');
    await expect(open()).resolves.toBeUndefined();
    lifecycle.beginStop();
  });

  it('does not read again for a feed that is closed, though another one is open', async () => {
    jest.useFakeTimers();
    try {
      const { open, subscribed, live, gaps, lifecycle } = createService();
      subscribed.resolve(undefined);
      const first = createResponse();
      await open(first);
      live.load.mockRejectedValueOnce(new Error('Command timed out'));
      gaps[0]?.();
      await jest.advanceTimersByTimeAsync(0);
      first.emit('close');
      await open();
      const loads = live.load.mock.calls.length;
      await jest.advanceTimersByTimeAsync(5_000);
      expect(live.load).toHaveBeenCalledTimes(loads);
      lifecycle.beginStop();
    } finally {
      jest.useRealTimers();
    }
  });
});
