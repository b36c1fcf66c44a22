import { dayKey, hourKey, isInCalendar, minuteKey, startOfDay, startOfHour, toChinaTime } from './china-time.js';

const at = (text: string) => Date.parse(text);

describe('Asia/Shanghai', () => {
  it('begins its day at 16:00 UTC of the day before', () => {
    expect(dayKey(at('2026-06-30T15:59:59.999Z'))).toBe('2026-06-30');
    expect(dayKey(at('2026-06-30T16:00:00Z'))).toBe('2026-07-01');
    expect(startOfDay(at('2026-07-01T15:59:59.999Z'))).toBe(at('2026-07-01T00:00:00+08:00'));
    expect(startOfDay(at('2026-07-01T00:00:00+08:00'))).toBe(at('2026-07-01T00:00:00+08:00'));
  });

  it('names hours by their start', () => {
    expect(hourKey(at('2026-06-30T16:59:59.999Z'))).toBe('2026-07-01T00:00:00+08:00');
    expect(hourKey(at('2012-03-04T05:06:07+08:00'))).toBe('2012-03-04T05:00:00+08:00');
    expect(startOfHour(at('2012-03-04T05:06:07+08:00'))).toBe(at('2012-03-04T05:00:00+08:00'));
  });

  it('names minutes by their start, and instants to the millisecond', () => {
    expect(minuteKey(at('2026-06-30T16:59:59.999Z'))).toBe('2026-07-01T00:59:00+08:00');
    expect(toChinaTime(at('2026-06-30T16:59:59.009Z'))).toBe('2026-07-01T00:59:59.009+08:00');
    expect(minuteKey(-1)).toBe('1970-01-01T07:59:00+08:00');
  });

  it('has a calendar of the years 0001 to 9999, which its keys name wholly', () => {
    const [first, last] = [at('0001-01-01T00:00:00+08:00'), at('9999-12-31T23:59:59.999+08:00')];
    expect([first - 1, first, last, last + 1].map(isInCalendar)).toEqual([false, true, true, false]);
    expect([first, last].map(hourKey)).toEqual(['0001-01-01T00:00:00+08:00', '9999-12-31T23:00:00+08:00']);
    expect([first, last].map(dayKey)).toEqual(['0001-01-01', '9999-12-31']);
    expect(isInCalendar(NaN)).toBe(false);
  });

  it('holds before the epoch', () => {
    expect(dayKey(at('1969-12-31T15:59:59Z'))).toBe('1969-12-31');
    expect(hourKey(at('1969-12-31T15:59:59Z'))).toBe('1969-12-31T23:00:00+08:00');
    expect(startOfHour(-1)).toBe(-3_600_000);
  });
});
