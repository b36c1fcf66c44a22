import type { OverloadFigures, OverloadReport } from '@app/contracts';

export type Row = OverloadReport['series'][number];

/** The columns of a report, in order. */
export const COLUMNS = [
  'passes',
  'trucks',
  'overloads',
  'unjudged',
  'overloadRate',
  'grossWeight',
  'overWeight',
] as const satisfies readonly (keyof OverloadFigures)[];

/** A report as CSV (RFC 4180) with a byte order mark, so that spreadsheets read it as UTF-8; weights in kg. */
export function toCsv(report: OverloadReport, headers: readonly string[], labelOf: (key: string) => string): string {
  const quote = (value: string) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  const rows = report.series.map((row) => [row.key, labelOf(row.key), ...COLUMNS.map((column) => String(row[column]))]);
  return `\uFEFF${[headers, ...rows].map((cells) => cells.map(quote).join(',')).join('\r\n')}\r\n`;
}
