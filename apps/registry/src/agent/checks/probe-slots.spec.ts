import { jest } from '@jest/globals';
import { ProbeSlots } from './probe-slots.js';

describe(ProbeSlots.name, () => {
  it('runs no more at once than it has slots, in the order in which they came', async () => {
    const sut = new ProbeSlots(2);
    const ends: (() => void)[] = [];
    const begun: number[] = [];
    const runs = [0, 1, 2, 3].map((name) =>
      sut.run(() => {
        begun.push(name);
        return new Promise<void>((resolve) => ends.push(resolve));
      }),
    );
    expect(begun).toEqual([0, 1]);
    ends[1]?.();
    await runs[1];
    expect(begun).toEqual([0, 1, 2]);
    ends[0]?.();
    await runs[0];
    expect(begun).toEqual([0, 1, 2, 3]);
    ends[2]?.();
    ends[3]?.();
    await Promise.all(runs);
  });

  it('gives a slot back when what ran in it has failed', async () => {
    const sut = new ProbeSlots(1);
    await expect(sut.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await sut.run(() => Promise.resolve('yes'))).toBe('yes');
  });

  it('gives the slot of what takes long to who waits, once', async () => {
    jest.useFakeTimers();
    try {
      const sut = new ProbeSlots(1);
      const { promise: slow, resolve: endSlow } = Promise.withResolvers<string>();
      const begun: string[] = [];
      const run = (name: string, work: Promise<string>) =>
        sut.run(() => {
          begun.push(name);
          return work;
        });
      const first = run('slow', slow);
      const second = run('quick', Promise.resolve('quick'));
      await jest.advanceTimersByTimeAsync(2_999);
      expect(begun).toEqual(['slow']);
      await jest.advanceTimersByTimeAsync(1);
      expect([begun, await second]).toEqual([['slow', 'quick'], 'quick']);
      endSlow('slow');
      expect(await first).toBe('slow');
      // The one slot there is was given back once, not twice.
      const { promise: next, resolve: endNext } = Promise.withResolvers<string>();
      const [third, fourth] = [run('third', next), run('fourth', Promise.resolve('fourth'))];
      await jest.advanceTimersByTimeAsync(0);
      expect(begun).toEqual(['slow', 'quick', 'third']);
      endNext('third');
      expect(await Promise.all([third, fourth])).toEqual(['third', 'fourth']);
      expect(jest.getTimerCount()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });

  it('lets no more run at all than it may, however long they take', async () => {
    jest.useFakeTimers();
    try {
      const sut = new ProbeSlots(2, 3);
      const ends: (() => void)[] = [];
      const runs = Array.from({ length: 6 }, () => sut.run(() => new Promise<void>((resolve) => ends.push(resolve))));
      await jest.advanceTimersByTimeAsync(60_000);
      expect(ends).toHaveLength(3);
      for (let ended = 0; ended < runs.length; ended += 1) {
        ends[ended]?.();
        await jest.advanceTimersByTimeAsync(60_000);
        expect(ends).toHaveLength(Math.min(ended + 4, runs.length));
      }
      await Promise.all(runs);
    } finally {
      jest.useRealTimers();
    }
  });
});
