import { dayKey } from '@app/contracts';
import { chinaDay, hourNumber, minuteNumber, startOfChinaDay } from './time-buckets.js';

describe('numbers of days, hours and minutes', () => {
  it('count the days of Asia/Shanghai', () => {
    expect(chinaDay(Date.parse('1970-01-01T00:00:00+08:00'))).toBe(0);
    expect(chinaDay(Date.parse('1970-01-01T23:59:59.999+08:00'))).toBe(0);
    expect(chinaDay(Date.parse('1969-12-31T23:59:59+08:00'))).toBe(-1);
    expect(chinaDay(Date.parse('2026-07-01T00:00:00+08:00'))).toBe(20_635);
    for (const day of [-400, 0, 15_403, 20_635]) {
      expect(chinaDay(startOfChinaDay(day))).toBe(day);
      expect(dayKey(startOfChinaDay(day + 1) - 1)).toBe(dayKey(startOfChinaDay(day)));
    }
  });

  it('count hours and minutes from the epoch', () => {
    expect([hourNumber(3_599_999), hourNumber(3_600_000), hourNumber(-1)]).toEqual([0, 1, -1]);
    expect([minuteNumber(59_999), minuteNumber(60_000)]).toEqual([0, 1]);
  });
});
