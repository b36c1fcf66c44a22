const UNIT_NS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, μs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3_600e9 };
const PART = /(\d+\.?\d*|\.\d+)([^\d.]*)/y;
/** Durations are kept in ms, and are whole nanoseconds in Go. */
export const NS_PER_MS = 1e6;
const MAX_NS = 2 ** 63;
/** A longer text is none: Go would add up any number of parts. */
const MAX_LENGTH = 1_000;

/** A duration in ms, negative ones too; or what Go says of a text that is none. */
export type ReadDuration = number | { readonly error: string };

/** A duration of a body: a text as Go writes it, or a number of nanoseconds. Anything else counts as none. */
export function readDuration(value: unknown): ReadDuration {
  if (typeof value === 'number') return Math.trunc(value) / NS_PER_MS;
  return typeof value === 'string' ? readGoDuration(value) : 0;
}

/** A duration as Go writes it. */
export function readGoDuration(text: string): ReadDuration {
  const parts = text.replace(/^[-+]/, '');
  const quoted = quote(text);
  const invalid = { error: `time: invalid duration ${quoted}` };
  if (parts === '0') return 0;
  if (parts === '' || parts.length > MAX_LENGTH) return invalid;
  let ns = 0;
  for (PART.lastIndex = 0; PART.lastIndex < parts.length;) {
    const [, amount, unit = ''] = PART.exec(parts) ?? [];
    if (amount === undefined) return invalid;
    if (unit === '') return { error: `time: missing unit in duration ${quoted}` };
    const factor = UNIT_NS[unit];
    if (factor === undefined) return { error: `time: unknown unit ${quote(unit)} in duration ${quoted}` };
    ns += Number(amount) * factor;
  }
  if (ns >= MAX_NS) return invalid;
  return (text.startsWith('-') ? -Math.trunc(ns) : Math.trunc(ns)) / NS_PER_MS;
}

/** As Go's package `time` writes it, which is not how the rest of Go does. */
function quote(text: string): string {
  const bytes = Buffer.from(text).toString('latin1').replace(/["\\]/g, '\\$&');
  return `"${bytes.replace(/[\0-\x1f\x80-\xff]/g, (char) => `\\x${Buffer.from(char, 'latin1').toString('hex')}`)}"`;
}

/** Writes ms as Go's `Duration.String` does: `1m30s`, `500ms`, `1.5s`, `10ns`, `-1s`, `0s`. */
export function writeDuration(ms: number): string {
  const ns = Math.round(Math.abs(ms) * NS_PER_MS);
  if (ns === 0) return '0s';
  const sign = ms < 0 ? '-' : '';
  if (ns < 1e3) return `${sign}${ns}ns`;
  if (ns < 1e6) return `${sign}${ns / 1e3}µs`;
  if (ns < 1e9) return `${sign}${ns / 1e6}ms`;
  const hours = Math.floor(ns / 3_600e9);
  const minutes = Math.floor((ns % 3_600e9) / 60e9);
  const seconds = Number(((ns % 60e9) / 1e9).toFixed(9));
  return `${sign}${hours > 0 ? `${hours}h` : ''}${hours > 0 || minutes > 0 ? `${minutes}m` : ''}${seconds}s`;
}
