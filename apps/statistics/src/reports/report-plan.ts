import { DAY_MS, type ReportQuery, startOfDay } from '@app/contracts';

/** Half-open range of instants, ms since the epoch. */
export interface TimeRange {
  from: number;
  to: number;
}

/** Which roll-up answers which part of a report. Together the parts are the asked range, and no two overlap. */
export interface ReportPlan {
  days: TimeRange | undefined;
  hours: TimeRange[];
}

/** Days that are wholly asked for come from the daily roll-up, the hours before and after them from the hourly one. */
export function planReport({ from, to, by }: Pick<ReportQuery, 'from' | 'to' | 'by'>): ReportPlan {
  const firstDay = startOfDay(from + DAY_MS - 1);
  const endDay = startOfDay(to);
  if (by === 'hour' || firstDay >= endDay) return { days: undefined, hours: [{ from, to }] };
  const edges = [
    { from, to: firstDay },
    { from: endDay, to },
  ];
  return { days: { from: firstDay, to: endDay }, hours: edges.filter((edge) => edge.from < edge.to) };
}
