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
});
