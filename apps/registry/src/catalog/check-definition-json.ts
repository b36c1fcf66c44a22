import { decodeError } from '../go/decode.js';
import { readDuration, writeDuration } from '../go/duration.js';

/** How a check is made, as somebody else makes it: kept and shown, never done here. */
export type ExternalDefinition = Readonly<Record<string, unknown>>;

const TEXTS = ['HTTP', 'Method', 'Body', 'TLSServerName', 'TCP', 'UDP', 'GRPC', 'H2PING', 'OSService', 'AliasNode', 'AliasService'];
const BOOLEANS = ['TLSSkipVerify', 'DisableRedirects', 'TCPUseTLS', 'GRPCUseTLS', 'H2PingUseTLS'];
const DURATIONS = ['Interval', 'Timeout', 'DeregisterCriticalServiceAfter'];
const OTHERS = ['Header', 'ScriptArgs'];
const NS_PER_MS = 1e6;
const GO_TYPE =
  'struct { Interval interface {}; Timeout interface {}; DeregisterCriticalServiceAfter interface {}; TTL interface {}; *structs.Alias }';

/**
 * Reads the `Definition` of a check that is registered from outside.
 *
 * @throws ConsulError 400 with the text of Go
 */
export function decodeDefinition(value: unknown): ExternalDefinition {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw misfit(value, '', GO_TYPE);
  const given = new Map(Object.entries(value).map(([key, each]) => [key.toLowerCase(), each as unknown]));
  const fieldsOf = (names: readonly string[], read: (each: unknown, name: string) => unknown) =>
    names.flatMap((name) => {
      const each = given.get(name.toLowerCase()) ?? undefined;
      const shown = each === undefined ? undefined : read(each, name);
      return shown === undefined ? [] : [[name, shown] as const];
    });
  return Object.fromEntries([
    ...fieldsOf(DURATIONS, (each) => (readDuration(each) === 0 ? undefined : writeDuration(readDuration(each)))),
    ...fieldsOf(['TTL'], (each) => unlessEmpty(readDuration(each) * NS_PER_MS)),
    ...fieldsOf(TEXTS, (each, name) => unlessEmpty(typed(each, name, 'string'))),
    ...fieldsOf(BOOLEANS, (each, name) => unlessEmpty(typed(each, name, 'bool'))),
    ...fieldsOf(OTHERS, (each) => (typeof each === 'object' ? each : undefined)),
  ]);
}

/** The kind of check that a definition is of; empty when it is none that could be made. */
export function typeOfDefinition(definition: ExternalDefinition): string {
  const first = (kinds: readonly string[]) => kinds.find((kind) => kind in definition)?.toLowerCase();
  const repeated = 'Interval' in definition ? first(['GRPC', 'HTTP', 'TCP', 'UDP', 'H2PING', 'OSService']) : undefined;
  if (repeated === 'grpc' || repeated === 'http') return repeated;
  if ('TTL' in definition) return 'ttl';
  return repeated ?? ('AliasNode' in definition || 'AliasService' in definition ? 'alias' : '');
}

/** What is empty is left out. */
function unlessEmpty(value: unknown): unknown {
  return value === '' || value === 0 || value === false ? undefined : value;
}

function typed(value: unknown, name: string, type: 'string' | 'bool'): unknown {
  if (typeof value === (type === 'bool' ? 'boolean' : 'string')) return value;
  throw misfit(value, `.Alias.${name}`, type);
}

function misfit(value: unknown, path: string, type: string) {
  const kind = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  return decodeError(`json: cannot unmarshal ${kind} into Go struct field HealthCheck.Check.Definition${path} of type ${type}`);
}
