/** Figures of one group of a report; weights in kg. */
export interface Figures {
  passes: number;
  trucks: number;
  overloads: number;
  unjudged: number;
  overloadRate: number;
  grossWeight: number;
  overWeight: number;
}

export type Row = Figures & { key: string };

/** What `GET /api/statistics/reports/overload` answers. */
export interface Report {
  totals: Figures;
  series: Row[];
}

/** The columns of a report, in order. */
export const COLUMNS = [
  'passes',
  'trucks',
  'overloads',
  'unjudged',
  'overloadRate',
  'grossWeight',
  'overWeight',
] as const satisfies readonly (keyof Figures)[];

/** A report as CSV (RFC 4180) with a byte order mark, so that spreadsheets read it as UTF-8; weights in kg. */
export function toCsv(report: Report, headers: readonly string[], labelOf: (key: string) => string): string {
  const quote = (value: string) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  const rows = report.series.map((row) => [row.key, labelOf(row.key), ...COLUMNS.map((column) => String(row[column]))]);
  return `\uFEFF${[headers, ...rows].map((cells) => cells.map(quote).join(',')).join('\r\n')}\r\n`;
}
