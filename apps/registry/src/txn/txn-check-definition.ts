import { any, bool, type Decoded, DecodeFault, decodeError, type GoType, listOf, mapOf, struct, text } from '../go/decode.js';
import { NS_PER_MS, readGoDuration, writeDuration } from '../go/duration.js';
import { omitEmpty } from '../go/omit-empty.js';
import { quoteGo } from '../go/string.js';

const GO_TYPE =
  'struct { IntervalDuration interface {}; TimeoutDuration interface {}; DeregisterCriticalServiceAfterDuration interface {}; *api.Alias }';

/** A text, or a number of nanoseconds, in ms. */
const duration: GoType<number> = {
  zero: 0,
  read: (value, place) => {
    const given = any.read(value, place);
    const ms = typeof given === 'string' ? readGoDuration(given) : nanoseconds(given) / NS_PER_MS;
    if (typeof ms !== 'number') throw new DecodeFault(ms.error);
    if (Number.isNaN(ms)) throw new DecodeFault(`strconv.ParseFloat: parsing ${quoteGo(jsonOf(given))}: invalid syntax`);
    return ms;
  },
};

const TIMES = { Interval: duration, Timeout: duration, DeregisterCriticalServiceAfter: duration };
/** What goes before {@link TIMES}. */
const OTHER_TIMES = { IntervalDuration: any, TimeoutDuration: any, DeregisterCriticalServiceAfterDuration: any };
/** In the order in which they are shown. */
const SHOWN = {
  ...{ HTTP: text, TLSServerName: text, Method: text, Body: text, TCP: text, OSService: text, GRPC: text },
  ...{ TLSSkipVerify: bool, TCPUseTLS: bool, GRPCUseTLS: bool, Header: mapOf(nullable(listOf(text, '[]string')), 'map[string][]string') },
};
const FIELDS = { ...OTHER_TIMES, ...TIMES, ...SHOWN, UDP: text };

/** The `Definition` of a check in a transaction, as it is sent. */
export type CheckDefinitionFields = Decoded<typeof FIELDS>;

/** Reads {@link CheckDefinitionFields}. */
export const CHECK_DEFINITION = struct({
  name: '',
  type: GO_TYPE,
  embedded: 'Alias.',
  fields: FIELDS,
  ignoresUnknown: true,
  isSelfRead: true,
});

/**
 * What is kept and shown of a definition, and never done here: what is empty is left out. Consul reads `UDP` and loses it.
 *
 * @param prefix what stands before errors about durations
 * @throws ConsulError 400 with the text of Go
 */
export function externalDefinition(fields: CheckDefinitionFields, prefix: string): Readonly<Record<string, unknown>> {
  const times = (Object.keys(TIMES) as (keyof typeof TIMES)[]).map((name) => {
    const ms = otherTime(fields[`${name}Duration`], prefix) ?? fields[name];
    return [name, ms === 0 ? '' : writeDuration(ms)] as const;
  });
  const shown = (Object.keys(SHOWN) as (keyof typeof SHOWN)[]).map((name) => [name, fields[name]] as const);
  return omitEmpty(Object.fromEntries([...times, ...shown]));
}

/** Undefined for what is neither a text nor a number, which Consul passes over. */
function otherTime(value: unknown, prefix: string): number | undefined {
  if (typeof value !== 'string') return typeof value === 'number' || typeof value === 'bigint' ? nanoseconds(value) / NS_PER_MS : undefined;
  const ms = readGoDuration(value);
  if (typeof ms !== 'number') throw decodeError(ms.error, prefix);
  return ms;
}

/** NaN for what is no number. */
function nanoseconds(value: unknown): number {
  return typeof value === 'bigint' || typeof value === 'number' ? Math.trunc(Number(value)) : Number.NaN;
}

/** With whole numbers of any length. */
function jsonOf(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? Number(each) : each));
}

/** A null among several values stays one. */
function nullable<T>(type: GoType<T>): GoType<T | null> {
  return { zero: null, read: (value, place) => type.read(value, place) };
}
