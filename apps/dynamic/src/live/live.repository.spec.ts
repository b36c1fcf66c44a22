import { EventEmitter } from 'node:events';
import type { RedisClient } from '@app/redis';
import type { PartitionedLog } from '@app/streaming';
import { jest } from '@jest/globals';
import { LiveRepository } from './live.repository.js';

/** A client whose further connection answers SUBSCRIBE as told. */
function createRepository(subscribe: () => Promise<unknown>) {
  const disconnect = jest.fn();
  const connection = Object.assign(new EventEmitter(), { subscribe, disconnect });
  const redis = { duplicate: () => connection } as unknown as RedisClient;
  return { sut: new LiveRepository(redis, {} as PartitionedLog), disconnect };
}

describe(LiveRepository.name, () => {
  it('gives up a subscription that Redis does not answer, and its connection', async () => {
    jest.useFakeTimers();
    try {
      const { sut, disconnect } = createRepository(() => Promise.withResolvers().promise);
      const outcome = expect(sut.subscribe(jest.fn(), jest.fn())).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      await jest.advanceTimersByTimeAsync(10_000);
      await outcome;
      expect(disconnect).toHaveBeenCalledTimes(1);
    } finally {
      jest.useRealTimers();
    }
  });

  it('leaves no connection behind when Redis refuses', async () => {
    const { sut, disconnect } = createRepository(() => Promise.reject(new Error('NOPERM')));
    await expect(sut.subscribe(jest.fn(), jest.fn())).rejects.toThrow('NOPERM');
    expect(disconnect).toHaveBeenCalledTimes(1);
  });
});
