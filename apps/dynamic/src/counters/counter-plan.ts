import { dayKey, HOUR_MS, hourKey, type ReportQuery } from '@app/contracts';
import { Key } from '../state-layout.js';
import { chinaDay, hourNumber, startOfChinaDay } from '../time-buckets.js';

/** One hash of counters to read: `hour:<n>`, `day:<n>` or `month:<YYYY-MM>`. */
export interface CounterBucket {
  name: string;
  /** The key of the answer that it adds to; absent when that is made from the station. */
  key?: string;
}

/**
 * Which hashes answer a query for one partition: the largest that lie wholly in its range and are no larger than what it groups by.
 *
 * @param query `from` and `to` on whole hours
 * @param days numbers of the days that hold anything, ascending
 */
export function planCounters(query: Pick<ReportQuery, 'from' | 'to' | 'by'>, days: readonly number[]): CounterBucket[] {
  const buckets: CounterBucket[] = [];
  const months = new Set<string>();
  for (const day of days) {
    const start = startOfChinaDay(day);
    const end = startOfChinaDay(day + 1);
    const isWhole = start >= query.from && end <= query.to;
    if (query.by === 'hour' || !isWhole) buckets.push(...hoursOf(Math.max(start, query.from), Math.min(end, query.to), query.by));
    else if (query.by === 'day') buckets.push({ name: `${Key.Day}${day}`, key: dayKey(start) });
    else {
      const month = wholeMonth(start, query);
      if (month === undefined) buckets.push({ name: `${Key.Day}${day}` });
      else months.add(month);
    }
  }
  return [...buckets, ...[...months].map((month) => ({ name: `${Key.Month}${month}` }))];
}

function hoursOf(from: number, to: number, by: ReportQuery['by']): CounterBucket[] {
  const buckets: CounterBucket[] = [];
  for (let at = from; at < to; at += HOUR_MS) {
    const name = `${Key.Hour}${hourNumber(at)}`;
    if (by === 'hour') buckets.push({ name, key: hourKey(at) });
    else if (by === 'day') buckets.push({ name, key: dayKey(at) });
    else buckets.push({ name });
  }
  return buckets;
}

/** The month of a day, when all of it lies in the range. */
function wholeMonth(dayStart: number, { from, to }: Pick<ReportQuery, 'from' | 'to'>): string | undefined {
  const key = dayKey(dayStart);
  const month = key.slice(0, 7);
  const firstDay = chinaDay(dayStart) - Number(key.slice(8)) + 1;
  // The 32nd day from the first of a month lies in the next one.
  const inNext = startOfChinaDay(firstDay + 31);
  const end = startOfChinaDay(chinaDay(inNext) - Number(dayKey(inNext).slice(8)) + 1);
  return startOfChinaDay(firstDay) >= from && end <= to ? month : undefined;
}
