import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

/** A fault of the command line, the environment or an input file: printed as one sentence, without a stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Where lines go: the platform behind `url`, or standard output. */
export type SinkOptions = { kind: 'stdout' } | HttpSinkOptions;

/** The platform's outside address, and how the station's client signs in there. */
export interface HttpSinkOptions {
  kind: 'http';
  url: string;
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  gzip: boolean;
}

/** What lines are made from: invented vehicles now, invented vehicles of a past range, or a weigh-in-motion file. */
export type SourceOptions =
  { kind: 'live' } | { kind: 'range'; from: number; to: number; count: number } | { kind: 'wim'; file: string; station: string };

/** Everything the program was asked for. `rate` in lines per second, 0 = as fast as the sink takes them. */
export interface FeedOptions {
  source: SourceOptions;
  sink: SinkOptions;
  rate: number;
  dailyRhythm: boolean;
  count: number;
  batch: number;
  seed: number;
  duplicates: number;
  late: number;
  media: number;
}

const OPTIONS = {
  rate: { type: 'string' },
  'daily-rhythm': { type: 'boolean' },
  count: { type: 'string' },
  seed: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  duplicates: { type: 'string' },
  late: { type: 'string' },
  media: { type: 'string' },
  'from-wim': { type: 'string' },
  station: { type: 'string' },
  sink: { type: 'string' },
  url: { type: 'string' },
  'token-url': { type: 'string' },
  'client-id': { type: 'string' },
  batch: { type: 'string' },
  gzip: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof readValues>;
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the command line and the environment.
 *
 * @throws UsageError that names the option and the rule
 */
export function readOptions(args: readonly string[], environment: Environment): FeedOptions {
  const values = readValues(args);
  const source = readSource(values);
  return {
    source,
    sink: readSink(values, environment),
    rate: number('--rate', values.rate, { low: 0, high: 1_000_000, otherwise: source.kind === 'live' ? 10 : 0 }),
    dailyRhythm: values['daily-rhythm'] === true,
    count: count('--count', values.count) ?? Infinity,
    batch: count('--batch', values.batch) ?? 1_000,
    seed: seed(values.seed),
    duplicates: number('--duplicates', values.duplicates, { low: 0, high: 0.99, otherwise: 0.01 }),
    late: number('--late', values.late, { low: 0, high: 1, otherwise: 0.02 }),
    media: number('--media', values.media, { low: 0, high: 1, otherwise: 0 }),
  };
}

function readValues(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function readSource(values: Values): SourceOptions {
  const { from, to, station, 'from-wim': file } = values;
  if (file !== undefined) {
    if (station === undefined || !/^\d{10}$/.test(station)) throw new UsageError('--from-wim needs --station with a code of 10 digits');
    return { kind: 'wim', file, station };
  }
  if (station !== undefined) throw new UsageError('--station is only for --from-wim');
  if (from === undefined && to === undefined) return { kind: 'live' };
  const range = { from: instant('--from', from), to: instant('--to', to) };
  if (range.to <= range.from) throw new UsageError('--to must be later than --from');
  const lines = count('--count', values.count);
  if (lines === undefined) throw new UsageError('--from and --to need --count');
  return { kind: 'range', ...range, count: lines };
}

function readSink(values: Values, environment: Environment): SinkOptions {
  const kind = values.sink ?? 'stdout';
  if (kind === 'stdout') return { kind };
  if (kind !== 'http') throw new UsageError(`--sink must be http or stdout, not ${kind}`);
  const url = httpUrl('--url', values.url ?? environment.FEED_URL ?? 'http://localhost:8080');
  return {
    kind,
    url,
    tokenUrl: httpUrl('--token-url', values['token-url'] ?? environment.FEED_TOKEN_URL ?? `${url}/oauth2/token`),
    clientId: values['client-id'] ?? environment.FEED_CLIENT_ID ?? 'station',
    clientSecret: readSecret(environment),
    gzip: values.gzip === true,
  };
}

function readSecret({ FEED_CLIENT_SECRET: secret, FEED_CLIENT_SECRET_FILE: file }: Environment): string {
  if (secret !== undefined && secret !== '') return secret;
  if (file === undefined) {
    throw new UsageError('--sink http needs the client secret in FEED_CLIENT_SECRET, or a file with it named by FEED_CLIENT_SECRET_FILE');
  }
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new UsageError(`FEED_CLIENT_SECRET_FILE names a file that cannot be read: ${file}`);
  }
}

function httpUrl(name: string, text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new UsageError(`${name} must be an http or https address, not ${text}`);
  return text.replace(/\/+$/, '');
}

function instant(name: string, text: string | undefined): number {
  if (
    text === undefined ||
    !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text) ||
    Number.isNaN(Date.parse(text))
  ) {
    throw new UsageError(`${name} must be RFC 3339 with an offset, such as 2026-03-01T00:00:00+08:00`);
  }
  return Date.parse(text);
}

function number(name: string, text: string | undefined, rule: { low: number; high: number; otherwise: number }): number {
  if (text === undefined) return rule.otherwise;
  const value = text.trim() === '' ? NaN : Number(text);
  if (!(value >= rule.low && value <= rule.high))
    throw new UsageError(`${name} must be a number from ${rule.low} to ${rule.high}, not ${text}`);
  return value;
}

function count(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new UsageError(`${name} must be a whole number from 1, not ${text}`);
  return Number(text);
}

function seed(text: string | undefined): number {
  if (text === undefined) return 1;
  if (!/^\d{1,15}$/.test(text)) throw new UsageError(`--seed must be a whole number of at most 15 digits, not ${text}`);
  return Number(text);
}
