import { readGoDuration, writeDuration } from '../go/duration.js';
import { GoFields } from '../go/fields.js';
import { ConsulError } from '../http/consul-error.js';

const GO_TYPE =
  'struct { IntervalDuration interface {}; TimeoutDuration interface {}; DeregisterCriticalServiceAfterDuration interface {}; *api.Alias }';
const PLACE = { struct: 'HealthCheck', path: 'Check.Check.Definition.Alias.' };
const NS_PER_MS = 1e6;
const DURATIONS = ['Interval', 'Timeout', 'DeregisterCriticalServiceAfter'];
/** In Consul's own order. It reads more of them than a transaction keeps: UDP, for one, is lost. */
const TEXTS = ['HTTP', 'TLSServerName', 'Method', 'Body', 'TCP', 'OSService', 'GRPC'];
const BOOLEANS = ['TLSSkipVerify', 'TCPUseTLS', 'GRPCUseTLS'];

/**
 * Reads the `Definition` of a check in a transaction: kept and shown, never done here.
 *
 * @param check the fields of the check
 * @param prefix what stands before errors about durations
 * @throws ConsulError 400 with the text of Go
 */
export function readCheckDefinition(check: GoFields, prefix: string): Readonly<Record<string, unknown>> {
  const given = check.raw('Definition');
  if (given === undefined) return {};
  const fields = GoFields.of(given, check.target('Definition', GO_TYPE), PLACE);
  const header = headerOf(fields);
  const all: (readonly [string, unknown])[] = [
    ...DURATIONS.map((name) => [name, durationOf(fields.raw(`${name}Duration`) ?? fields.raw(name), prefix)] as const),
    ...TEXTS.map((name) => [name, fields.text(name) ?? ''] as const),
    ...BOOLEANS.map((name) => [name, fields.bool(name)] as const),
    ...(header === undefined ? [] : [['Header', header] as const]),
  ];
  // What is empty is left out.
  return Object.fromEntries(all.filter(([, value]) => value !== '' && value !== false));
}

function headerOf(fields: GoFields): Readonly<Record<string, readonly string[] | null>> | undefined {
  const given = fields.raw('Header');
  if (given === undefined) return undefined;
  GoFields.of(given, fields.target('Header', 'map[string][]string'), PLACE);
  const entries = Object.entries(given as Record<string, unknown>);
  // Go calls the values by the name of the whole.
  const textsOf = (values: unknown) => GoFields.of({ Header: values }, '', PLACE).texts('Header') ?? null;
  return entries.length === 0 ? undefined : Object.fromEntries(entries.map(([name, values]) => [name, textsOf(values)]));
}

/** A text or a number of nanoseconds, as Go writes it; empty for none. */
function durationOf(value: unknown, prefix: string): string {
  const read = typeof value === 'string' ? readGoDuration(value) : numberOf(value) / NS_PER_MS;
  if (typeof read !== 'number') throw new ConsulError(400, `${prefix}${read.error}`);
  if (Number.isNaN(read))
    throw new ConsulError(400, `${prefix}strconv.ParseFloat: parsing ${JSON.stringify(jsonOf(value))}: invalid syntax`);
  return read === 0 ? '' : writeDuration(read);
}

function numberOf(value: unknown = 0): number {
  return typeof value === 'bigint' || typeof value === 'number' ? Math.trunc(Number(value)) : Number.NaN;
}

function jsonOf(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? Number(each) : each));
}
