/** Asia/Shanghai has had one offset, +08:00, since 1991-09-15; records are later than that. */
const OFFSET_MS = 8 * 3_600_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** First and last instant whose Asia/Shanghai day the keys below can name: 0001-01-01 to 9999-12-31. */
const FIRST_INSTANT = Date.parse('0001-01-01T00:00:00+08:00');
const LAST_INSTANT = Date.parse('9999-12-31T23:59:59.999+08:00');

/** Whether `at` (ms since the epoch) lies in the calendar that the keys below can name: years 0001 to 9999 of Asia/Shanghai. */
export function isInCalendar(at: number): boolean {
  return at >= FIRST_INSTANT && at <= LAST_INSTANT;
}

/** Start of the hour that holds `at` (ms since the epoch), in ms since the epoch. */
export function startOfHour(at: number): number {
  return Math.floor(at / HOUR_MS) * HOUR_MS;
}

/** Start of the Asia/Shanghai day that holds `at` (ms since the epoch), in ms since the epoch. */
export function startOfDay(at: number): number {
  return Math.floor((at + OFFSET_MS) / DAY_MS) * DAY_MS - OFFSET_MS;
}

/** `YYYY-MM-DD` of the Asia/Shanghai day that holds `at` (ms since the epoch). */
export function dayKey(at: number): string {
  return new Date(at + OFFSET_MS).toISOString().slice(0, 10);
}

/** The start of the hour that holds `at` (ms since the epoch) as `YYYY-MM-DDTHH:00:00+08:00`. */
export function hourKey(at: number): string {
  return `${new Date(at + OFFSET_MS).toISOString().slice(0, 13)}:00:00+08:00`;
}

/** The start of the minute that holds `at` (ms since the epoch) as `YYYY-MM-DDTHH:MM:00+08:00`. */
export function minuteKey(at: number): string {
  return `${new Date(at + OFFSET_MS).toISOString().slice(0, 16)}:00+08:00`;
}

/** `at` (ms since the epoch) in RFC 3339 with milliseconds and +08:00. */
export function toChinaTime(at: number): string {
  return `${new Date(at + OFFSET_MS).toISOString().slice(0, -1)}+08:00`;
}
