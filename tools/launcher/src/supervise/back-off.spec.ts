import { BackOff } from './back-off.ts';

describe(BackOff.name, () => {
  it('doubles from 0.2 s to 30 s', () => {
    const backOff = new BackOff();
    expect(Array.from({ length: 10 }, () => backOff.next(0))).toEqual([200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]);
  });

  it('begins again after a minute of health, not before', () => {
    const backOff = new BackOff();
    backOff.next(0);
    expect(backOff.next(59_999)).toBe(400);
    expect(backOff.next(60_000)).toBe(200);
  });
});
