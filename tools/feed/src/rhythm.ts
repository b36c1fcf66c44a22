import { DAY_MS, HOUR_MS, startOfDay, startOfHour } from '@app/contracts';

/** Traffic of each hour of the day (+08:00) against the day's mean: quiet before dawn, peaks after nine and at three. */
const BY_HOUR = [
  0.48, 0.4, 0.36, 0.36, 0.44, 0.64, 0.92, 1.16, 1.36, 1.48, 1.46, 1.3, 1.14, 1.28, 1.46, 1.48, 1.42, 1.3, 1.16, 1.06, 1.02, 0.92, 0.78,
  0.62,
] as const;

const MEAN = BY_HOUR.reduce((sum, weight) => sum + weight, 0) / BY_HOUR.length;

/** How busy the hour that holds `at` (ms since the epoch) is: 1 = the day's mean. */
export function busyness(at: number): number {
  const hour = Math.floor((at - startOfDay(at)) / HOUR_MS) % (DAY_MS / HOUR_MS);
  return (BY_HOUR[hour] ?? MEAN) / MEAN;
}

/** Whether `at` lies between 22:00 and 06:00 (+08:00), when the long-distance trains are on the road. */
export function isNight(at: number): boolean {
  const hour = (at - startOfDay(at)) / HOUR_MS;
  return hour >= 22 || hour < 6;
}

/**
 * Ascending times in [from, to) that follow the day's rhythm: the n-th of `count` lies where n / count of the traffic has passed.
 *
 * @param jitter gives a number in [0, 1): where in its n-th part a time lies
 */
export function* spreadTimes(from: number, to: number, count: number, jitter: () => number): Generator<number> {
  let total = 0;
  for (let start = from; start < to; start = endOfPart(start, to)) total += traffic(start, to);
  let start = from;
  let passed = 0;
  for (let index = 0; index < count; index += 1) {
    const wanted = ((index + jitter()) / count) * total;
    while (passed + traffic(start, to) < wanted && endOfPart(start, to) < to) {
      passed += traffic(start, to);
      start = endOfPart(start, to);
    }
    yield Math.min(Math.floor(start + (wanted - passed) / busyness(start)), to - 1);
  }
}

function endOfPart(start: number, to: number): number {
  return Math.min(startOfHour(start) + HOUR_MS, to);
}

function traffic(start: number, to: number): number {
  return (endOfPart(start, to) - start) * busyness(start);
}
