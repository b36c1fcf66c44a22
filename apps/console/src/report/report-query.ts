import type { ReportGroup } from '@app/contracts';

/** What a report is grouped by. */
export const GROUPS = ['hour', 'day', 'station', 'county', 'city'] as const satisfies readonly ReportGroup[];

/** What a person asks for: whole days (`YYYY-MM-DD`, both included) of the province's calendar. */
export interface ReportQuery {
  firstDay: string;
  lastDay: string;
  area: string;
  by: ReportGroup;
}

const DAY_MS = 86_400_000;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** `YYYY-MM-DD` of the day `back` days before today in the province. */
export function daysAgo(back: number): string {
  return new Date(Date.now() + 8 * 3_600_000 - back * DAY_MS).toISOString().slice(0, 10);
}

/** The query that the page's address holds, the earlier day first, with today's report by hour as default. */
export function fromAddress(query: Record<string, unknown>): ReportQuery {
  const text = (key: string) => (typeof query[key] === 'string' ? query[key] : '');
  const day = (key: string) => (DAY.test(text(key)) ? text(key) : daysAgo(0));
  const [firstDay = '', lastDay = ''] = [day('from'), day('to')].sort();
  return {
    firstDay,
    lastDay,
    area: /^(\d{2}|\d{4}|\d{6})$/.test(text('area')) ? text('area') : '',
    by: GROUPS.find((group) => group === text('by')) ?? 'hour',
  };
}

/** The same query for the page's address. */
export function toAddress({ firstDay, lastDay, area, by }: ReportQuery): Record<string, string> {
  return { from: firstDay, to: lastDay, by, ...(area !== '' && { area }) };
}

/** The service's query: `from` inclusive, `to` exclusive. */
export function toServiceQuery({ firstDay, lastDay, area, by }: ReportQuery): Record<string, string | undefined> {
  const dayAfter = new Date(Date.parse(`${lastDay}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
  return { from: `${firstDay}T00:00:00+08:00`, to: `${dayAfter}T00:00:00+08:00`, by, area: area === '' ? undefined : area };
}
