import { MAX_LOCK_DELAY_BYTES } from '../../limits.js';
import { LockDelays } from './lock-delays.js';

describe(LockDelays.name, () => {
  let sut: LockDelays;

  beforeEach(() => {
    sut = new LockDelays();
  });

  it('is on from its beginning until its end', () => {
    sut.begin('k', 1_000, 500);
    expect([sut.isOn('k', 1_000), sut.isOn('k', 1_499), sut.isOn('k', 1_500), sut.isOn('other', 1_000)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('is over when the clock was set back to before it', () => {
    sut.begin('k', 1_000_000, 60_000);
    expect(sut.isOn('k', 999_999)).toBe(false);
  });

  it('begins again with the next session that ends', () => {
    sut.begin('k', 1_000, 500);
    sut.begin('k', 1_400, 500);
    expect(sut.isOn('k', 1_800)).toBe(true);
  });

  it('forgets those that are over when one begins', () => {
    for (let at = 0; at < 100; at += 1) sut.begin(`k${at}`, at * 1_000, 500);
    expect(sut.records()).toEqual([{ type: 'lock-delay', key: 'k99', from: 99_000, until: 99_500 }]);
  });

  it('MAX_LOCK_DELAY_BYTES: forgets the oldest of too many', () => {
    const key = (number: number) => `${'k'.repeat(100_000)}${number}`;
    for (let number = 0; number < 40; number += 1) sut.begin(key(number), 1_000, 500);
    const bytes = sut.records().reduce((sum, record) => sum + (record.type === 'lock-delay' ? record.key.length : 0), 0);
    expect([bytes <= MAX_LOCK_DELAY_BYTES, sut.isOn(key(0), 1_000), sut.isOn(key(39), 1_000)]).toEqual([true, false, true]);
  });

  it('is the same after it was written down and read', () => {
    sut.begin('a', 1_000, 500);
    sut.begin('b', 1_100, 500);
    const other = new LockDelays();
    for (const record of sut.records()) if (record.type === 'lock-delay') other.restore(record.key, record);
    expect(other.records()).toEqual(sut.records());
    expect(other.isOn('b', 1_599)).toBe(true);
  });
});
