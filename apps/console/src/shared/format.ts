/** Number and time formats of the console; times are always the province's, whatever the browser's zone. */
const ZONE = 'Asia/Shanghai';

/** A whole number with grouping. */
export function formatCount(value: number, locale: string): string {
  return new Intl.NumberFormat(locale).format(value);
}

/** Kilograms as tonnes with two decimals. */
export function formatTonnes(kilograms: number, locale: string): string {
  return new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(kilograms / 1000);
}

/** `HH:mm:ss` of a moment. */
export function formatClock(moment: string): string {
  return new Date(moment).toLocaleTimeString('en-GB', { timeZone: ZONE });
}

/** `HH:mm:ss` of a moment of today, else with `YYYY-MM-DD` before it. */
export function formatMoment(moment: string): string {
  const day = (date: Date) => date.toLocaleDateString('sv-SE', { timeZone: ZONE });
  const date = new Date(moment);
  return day(date) === day(new Date()) ? formatClock(moment) : `${day(date)} ${formatClock(moment)}`;
}

/** `HH:mm` of a moment. */
export function formatMinute(moment: string): string {
  return formatClock(moment).slice(0, 5);
}
