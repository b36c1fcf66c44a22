import { z } from 'zod';
import { HOUR_MS, isInCalendar } from './china-time.js';

/** What a report's series may be grouped by. */
export const REPORT_GROUPS = ['hour', 'day', 'station', 'county', 'city'] as const;

export type ReportGroup = (typeof REPORT_GROUPS)[number];

const MAX_RANGE_MS = 100 * 366 * 24 * HOUR_MS;
const MAX_HOURLY_RANGE_MS = 10 * 366 * 24 * HOUR_MS;

const wholeHour = z.iso
  .datetime({ offset: true, error: 'must be RFC 3339 with an offset' })
  .transform((text) => Date.parse(text))
  .refine((at) => at % HOUR_MS === 0, 'must be on a whole hour');
const BEYOND_CALENDAR = 'must lie in the years 0001 to 9999 of Asia/Shanghai';

/**
 * Query of `GET /reports/overload` and `GET /counters`. `from` inclusive, `to` exclusive, whole hours, parsed to ms since
 * the epoch; `area` = a division code of 2 (province), 4 (city) or 6 (county) digits.
 */
export const reportQuerySchema = z
  .strictObject({
    from: wholeHour.refine(isInCalendar, BEYOND_CALENDAR),
    // The range ends before it: midnight after the last day is the end of the calendar.
    to: wholeHour.refine((at) => isInCalendar(at - 1), BEYOND_CALENDAR),
    area: z
      .string()
      .regex(/^(\d{2}|\d{4}|\d{6})$/, 'must be a division code of 2, 4 or 6 digits')
      .optional(),
    by: z.enum(REPORT_GROUPS),
  })
  .superRefine((query, context) => {
    const range = query.to - query.from;
    if (range <= 0) context.addIssue({ code: 'custom', path: ['to'], message: 'must be later than from' });
    if (range > MAX_RANGE_MS) context.addIssue({ code: 'custom', path: ['to'], message: 'must be at most 100 years after from' });
    else if (query.by === 'hour' && range > MAX_HOURLY_RANGE_MS) {
      context.addIssue({ code: 'custom', path: ['to'], message: 'must be at most 10 years after from when by is hour' });
    }
  });

/** A parsed report query: see {@link reportQuerySchema}. */
export type ReportQuery = z.infer<typeof reportQuerySchema>;

/** Additive counts of passes. Weights in kg; `grossWeight` over all passes, `overWeight` over the overloaded. */
export interface OverloadCounts {
  passes: number;
  trucks: number;
  overloads: number;
  unjudged: number;
  grossWeight: number;
  overWeight: number;
}

/** {@link OverloadCounts} with `overloadRate` = overloads / trucks x 100, two decimals, rounded half up, 0 without trucks. */
export interface OverloadFigures extends OverloadCounts {
  overloadRate: number;
}

/** The answer of `GET /reports/overload` and of `GET /counters`: `series` ascending by key, empty buckets left out. */
export interface OverloadReport {
  totals: OverloadFigures;
  series: (OverloadFigures & { key: string })[];
}

const count = z.int().min(0);

const figures = {
  passes: count,
  trucks: count,
  overloads: count,
  unjudged: count.meta({ description: 'Trucks for which no limit is in force.' }),
  overloadRate: z
    .number()
    .min(0)
    .max(100)
    .meta({ description: 'overloads / trucks in percent, two decimals, rounded half up; 0 without trucks.' }),
  grossWeight: count.meta({ description: 'kg, over all passes.' }),
  overWeight: count.meta({ description: 'kg, over the overloaded.' }),
};

/** An {@link OverloadReport}, for API descriptions. */
export const overloadReportSchema: z.ZodType<OverloadReport> = z.object({
  totals: z.object(figures),
  series: z
    .array(z.object({ key: z.string().meta({ description: 'Hour start with +08:00, YYYY-MM-DD, or the code.' }), ...figures }))
    .meta({ description: 'Ascending by key, empty buckets left out.' }),
});

/** overloads / trucks in percent with two decimals, rounded half up in whole numbers; 0 without trucks. */
export function overloadRate(overloads: number, trucks: number): number {
  if (trucks === 0) return 0;
  return Math.floor((overloads * 20_000 + trucks) / (2 * trucks)) / 100;
}

/** Adds the derived rate to counts. */
export function toFigures(counts: OverloadCounts): OverloadFigures {
  const { passes, trucks, overloads, unjudged, grossWeight, overWeight } = counts;
  return { passes, trucks, overloads, unjudged, overloadRate: overloadRate(overloads, trucks), grossWeight, overWeight };
}

/** Counts with nothing counted. */
export function noCounts(): OverloadCounts {
  return { passes: 0, trucks: 0, overloads: 0, unjudged: 0, grossWeight: 0, overWeight: 0 };
}

/** Adds `counts` to `sum` in place. */
export function addCounts(sum: OverloadCounts, counts: OverloadCounts): void {
  sum.passes += counts.passes;
  sum.trucks += counts.trucks;
  sum.overloads += counts.overloads;
  sum.unjudged += counts.unjudged;
  sum.grossWeight += counts.grossWeight;
  sum.overWeight += counts.overWeight;
}

/**
 * Builds a report from counts by key.
 *
 * @param counts by key; keys sort as text into the order of the answer
 */
export function toReport(counts: ReadonlyMap<string, OverloadCounts>): OverloadReport {
  const totals = noCounts();
  const series: OverloadReport['series'] = [];
  for (const key of [...counts.keys()].sort()) {
    const bucket = counts.get(key);
    if (bucket === undefined || bucket.passes === 0) continue;
    addCounts(totals, bucket);
    series.push({ key, ...toFigures(bucket) });
  }
  return { totals: toFigures(totals), series };
}
