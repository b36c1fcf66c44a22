import { DAY_MS, HOUR_MS, MINUTE_MS, startOfDay } from '@app/contracts';

const FIRST_DAY = startOfDay(0);

/** Number of the Asia/Shanghai day that holds `at` (ms since the epoch), counted from 1970-01-01. */
export function chinaDay(at: number): number {
  return (startOfDay(at) - FIRST_DAY) / DAY_MS;
}

/** Start of the day with this number, in ms since the epoch. */
export function startOfChinaDay(day: number): number {
  return FIRST_DAY + day * DAY_MS;
}

/** Number of the hour that holds `at`, counted from the epoch. */
export function hourNumber(at: number): number {
  return Math.floor(at / HOUR_MS);
}

/** Number of the minute that holds `at`, counted from the epoch. */
export function minuteNumber(at: number): number {
  return Math.floor(at / MINUTE_MS);
}
