import { dayKey, hourKey, type OverloadCounts, type ReportGroup, type ReportQuery } from '@app/contracts';
import { AppError } from '@app/errors';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { toTimestamp } from '../postgres-time.js';
import { planReport, type TimeRange } from './report-plan.js';
import { ReportError } from './reports.errors.js';

/** Sums of one key as the driver gives them: 64-bit numbers as text. */
type SumRow = { key: string } & Record<keyof OverloadCounts, string>;

/** Reads sums of the roll-ups. One statement reads both, and so sees one state of them. */
@Injectable()
export class ReportsRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** @param query `area` = what the bearer may see of what was asked for */
  async sumOverloads(query: ReportQuery): Promise<Map<string, OverloadCounts>> {
    const { sql, values } = buildStatement(query);
    const rows = await this.dataSource.query<SumRow[]>(sql, values);
    return new Map(rows.map((row) => [toKey(query.by, row.key), toCounts(row)]));
  }
}

/** Days are 24 hours from +08:00's midnight, in every century: named time zones have other offsets in old years. */
const KEYS: Readonly<Record<ReportGroup, string>> = {
  hour: '(extract(epoch FROM bucket) * 1000)::bigint::text',
  day: `(extract(epoch FROM date_bin('24 hours', bucket, '2000-01-01T00:00:00+08:00')) * 1000)::bigint::text`,
  station: 'station_code',
  county: 'left(station_code, 6)',
  city: 'left(station_code, 4)',
};

function buildStatement(query: ReportQuery): { sql: string; values: string[] } {
  const { days, hours } = planReport(query);
  const values: string[] = [];
  const bind = (value: string) => `$${values.push(value)}`;
  const within = ({ from, to }: TimeRange) => `bucket >= ${bind(toTimestamp(from))} AND bucket < ${bind(toTimestamp(to))}`;
  // Codes are digits and compare byte by byte: ':' is the byte after '9'.
  const inArea = query.area === undefined ? '' : ` AND station_code >= ${bind(query.area)} AND station_code < ${bind(`${query.area}:`)}`;
  const read = (table: string, range: TimeRange) => `SELECT * FROM ${table} WHERE ${within(range)}${inArea}`;
  const parts = [...(days === undefined ? [] : [read('rollup_day', days)]), ...hours.map((range) => read('rollup_hour', range))];
  const sql = `
    SELECT ${KEYS[query.by]} AS key,
      sum(passes)::text AS passes, sum(trucks)::text AS trucks, sum(overloads)::text AS overloads, sum(unjudged)::text AS unjudged,
      sum(gross_weight)::text AS "grossWeight", sum(over_weight)::text AS "overWeight"
    FROM (${parts.join(' UNION ALL ')}) AS buckets
    GROUP BY 1`;
  return { sql, values };
}

function toKey(by: ReportGroup, key: string): string {
  if (by === 'hour') return hourKey(Number(key));
  return by === 'day' ? dayKey(Number(key)) : key;
}

function toCounts(row: SumRow): OverloadCounts {
  return {
    passes: exact(row.passes),
    trucks: exact(row.trucks),
    overloads: exact(row.overloads),
    unjudged: exact(row.unjudged),
    grossWeight: exact(row.grossWeight),
    overWeight: exact(row.overWeight),
  };
}

/** A JSON number is exact up to 2^53 - 1: nine million million tonnes. */
function exact(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new AppError(ReportError.STAT_SUM_TOO_LARGE);
  return value;
}
