import { bool, type Decoded, DecodeFault, type GoType, int, listOf, mapOf, struct, text } from '../go/decode.js';
import { NS_PER_MS, readDuration, writeDuration } from '../go/duration.js';
import { omitEmpty } from '../go/omit-empty.js';

/** How a check is made, as somebody else makes it: kept and shown, never done here. */
export type ExternalDefinition = Readonly<Record<string, unknown>>;

type DefinitionFields = Decoded<typeof FIELDS>;

/** A text or a number of nanoseconds, in ms; anything else counts as none. */
const duration: GoType<number> = {
  zero: 0,
  read: (value) => {
    const ms = readDuration(value);
    if (typeof ms !== 'number') throw new DecodeFault(ms.error);
    return ms;
  },
};

const TEXTS = listOf(text, '[]string');

const FIELDS = {
  HTTP: text,
  TLSServerName: text,
  TLSSkipVerify: bool,
  Header: mapOf(TEXTS, 'map[string][]string'),
  Method: text,
  Body: text,
  DisableRedirects: bool,
  TCP: text,
  TCPUseTLS: bool,
  UDP: text,
  Interval: duration,
  OutputMaxSize: int,
  Timeout: duration,
  DeregisterCriticalServiceAfter: duration,
  ScriptArgs: TEXTS,
  DockerContainerID: text,
  Shell: text,
  H2PING: text,
  OSService: text,
  H2PingUseTLS: bool,
  GRPC: text,
  GRPCUseTLS: bool,
  AliasNode: text,
  AliasService: text,
  TTL: duration,
};

/** `Definition` of a check that is registered from outside. */
export const DEFINITION = struct({
  name: '',
  type: 'struct { Interval interface {}; Timeout interface {}; DeregisterCriticalServiceAfter interface {}; TTL interface {}; *structs.Alias }',
  embedded: 'Alias.',
  isSelfRead: true,
  ignoresUnknown: true,
  fields: FIELDS,
});

/** A definition as the catalogue shows it: without what is empty. */
export function definitionJson(fields: DefinitionFields): ExternalDefinition {
  const { Interval, Timeout, DeregisterCriticalServiceAfter, TTL } = fields;
  const times = {
    Interval: written(Interval),
    Timeout: written(Timeout),
    DeregisterCriticalServiceAfter: written(DeregisterCriticalServiceAfter),
  };
  return omitEmpty({ ...fields, ...times, TTL: TTL * NS_PER_MS });
}

/** The kind of check that a definition is of; empty when it is none that could be made. */
export function typeOfDefinition(fields: DefinitionFields): string {
  const { Interval, TTL, GRPC, HTTP, TCP, UDP, AliasNode, AliasService, DockerContainerID, H2PING, OSService } = fields;
  const isRepeated = (target: string) => Interval > 0 && target !== '';
  const [script = ''] = fields.ScriptArgs;
  const kinds: readonly (readonly [string, boolean])[] = [
    ['grpc', isRepeated(GRPC)],
    ['http', isRepeated(HTTP)],
    ['ttl', TTL > 0],
    ['tcp', isRepeated(TCP)],
    ['udp', isRepeated(UDP)],
    ['alias', AliasNode + AliasService !== ''],
    ['docker', isRepeated(script) && DockerContainerID !== ''],
    ['script', isRepeated(script)],
    ['h2ping', isRepeated(H2PING)],
    ['os_service', isRepeated(OSService)],
  ];
  return kinds.find(([, isOfKind]) => isOfKind)?.[0] ?? '';
}

function written(ms: number): string {
  return ms === 0 ? '' : writeDuration(ms);
}
