/**
 * An instant as PostgreSQL reads it, exact to the millisecond. JavaScript counts a year 0 and years below it; PostgreSQL calls year 0
 * 1 BC; the first hours of year 1 in Asia/Shanghai lie in it.
 *
 * @param at ms since the epoch
 */
export function toTimestamp(at: number): string {
  const iso = new Date(at).toISOString();
  if (!iso.startsWith('-') && !iso.startsWith('0000')) return iso;
  const yearEnd = iso.indexOf('-', 1);
  const year = 1 - Number(iso.slice(0, yearEnd));
  return `${String(year).padStart(4, '0')}${iso.slice(yearEnd)} BC`;
}
