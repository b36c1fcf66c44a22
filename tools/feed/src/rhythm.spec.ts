import { HOUR_MS } from '@app/contracts';
import { busyness, isNight, spreadTimes } from './rhythm.ts';

const at = (text: string) => Date.parse(`${text}:00+08:00`);

describe('busyness', () => {
  it('has a mean of one over the day, a low before dawn and a peak in the morning', () => {
    const hours = Array.from({ length: 24 }, (_, hour) => busyness(at('2026-03-01T00:00') + hour * HOUR_MS));
    expect(hours.reduce((sum, weight) => sum + weight, 0) / 24).toBeCloseTo(1, 10);
    expect(Math.min(...hours)).toBe(hours[2]);
    expect(hours[9]! / hours[2]!).toBeGreaterThan(3);
  });
});

describe('isNight', () => {
  it('lasts from 22:00 to 06:00, +08:00', () => {
    const answers = ['21:59', '22:00', '05:59', '06:00'].map((time) => isNight(at(`2026-03-01T${time}`)));
    expect(answers).toEqual([false, true, true, false]);
  });
});

describe('spreadTimes', () => {
  it('gives as many ascending times in the range as asked for, by the rhythm of the day', () => {
    const from = at('2026-03-01T00:00');
    const to = at('2026-03-03T00:00');
    const times = [...spreadTimes(from, to, 10_000, () => 0.5)];
    expect(times).toHaveLength(10_000);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(from);
    expect(times.at(-1)).toBeLessThan(to);
    const inHour = (hour: number) => times.filter((time) => Math.floor((time - from) / HOUR_MS) === hour).length;
    expect(inHour(24 + 9) / 10_000).toBeCloseTo(busyness(from + 9 * HOUR_MS) / 48, 3);
    expect(inHour(24 + 3) / 10_000).toBeCloseTo(busyness(from + 3 * HOUR_MS) / 48, 3);
  });

  it('stays inside a range that starts and ends within one hour', () => {
    const from = at('2026-03-01T10:20');
    const to = at('2026-03-01T10:21');
    for (const jitter of [0, 0.999]) {
      for (const time of spreadTimes(from, to, 3, () => jitter)) {
        expect(time).toBeGreaterThanOrEqual(from);
        expect(time).toBeLessThan(to);
      }
    }
  });
});
