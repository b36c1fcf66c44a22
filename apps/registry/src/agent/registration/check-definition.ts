import { any, bool, type Decoded, decodeBody, decodeError, int, listOf, mapOf, struct, text } from '../../go/decode.js';
import { readDuration, writeDuration } from '../../go/duration.js';
import { isEmpty } from '../../go/omit-empty.js';
import { ConsulError } from '../../http/consul-error.js';
import { CHECK_STATUSES, type CheckDefinition, type CheckStatus } from '../../store/entries.js';

/** How a check is to be made, as a registration says it. */
export interface DecodedCheck {
  readonly id: string;
  readonly name: string;
  readonly notes: string;
  readonly serviceId: string;
  /** As it is written; empty when it is not. */
  readonly status: string;
  readonly type: string;
  readonly interval: string;
  readonly timeout: string;
  readonly definition: CheckDefinition;
}

type CheckFields = Decoded<typeof SHARED_FIELDS>;

const MIN_REAP_MS = 60_000;
const MIN_INTERVAL_MS = 1_000;
const DEFAULT_TIMEOUT_MS = 10_000;
/** The longest that a connection is waited for: a target that says nothing costs no more. */
const MAX_TIMEOUT_MS = 600_000;
const TEXTS = listOf(text, '[]string');

const SHARED_FIELDS = {
  Name: text,
  Notes: text,
  ServiceID: text,
  Status: text,
  Args: TEXTS,
  ScriptArgs: TEXTS,
  HTTP: text,
  H2PING: text,
  H2PingUseTLS: bool,
  Header: mapOf(TEXTS, 'map[string][]string'),
  Method: text,
  Body: text,
  DisableRedirects: bool,
  TCP: text,
  TCPUseTLS: bool,
  UDP: text,
  GRPC: text,
  GRPCUseTLS: bool,
  OSService: text,
  DockerContainerID: text,
  Shell: text,
  TLSServerName: text,
  TLSSkipVerify: bool,
  AliasNode: text,
  AliasService: text,
  Interval: any,
  Timeout: any,
  TTL: any,
  DeregisterCriticalServiceAfter: any,
  SuccessBeforePassing: int,
  FailuresBeforeWarning: int,
  FailuresBeforeCritical: int,
  OutputMaxSize: int,
};

const SHARED_ALIASES = {
  args: 'Args',
  script_args: 'ScriptArgs',
  service_id: 'ServiceID',
  docker_container_id: 'DockerContainerID',
  tls_server_name: 'TLSServerName',
  tls_skip_verify: 'TLSSkipVerify',
  tcp_use_tls: 'TCPUseTLS',
  grpc_use_tls: 'GRPCUseTLS',
  h2ping_use_tls: 'H2PingUseTLS',
  deregister_critical_service_after: 'DeregisterCriticalServiceAfter',
} as const;

const COMMON = { name: '', type: 'struct', embedded: 'Alias.' };
/** What Go calls the struct of a registration, whole as it stands in its errors. */
const GO_TYPE =
  'struct { Interval interface {}; Timeout interface {}; TTL interface {}; DeregisterCriticalServiceAfter interface {}; ' +
  'Args []string "json:\\"args\\""; ScriptArgsSnake []string "json:\\"script_args\\""; ' +
  'DeregisterCriticalServiceAfterSnake interface {} "json:\\"deregister_critical_service_after\\""; ' +
  'DockerContainerIDSnake string "json:\\"docker_container_id\\""; TLSServerNameSnake string "json:\\"tls_server_name\\""; ' +
  'TLSSkipVerifySnake bool "json:\\"tls_skip_verify\\""; TCPUseTLSSnake bool "json:\\"tcp_use_tls\\""; ' +
  'GRPCUseTLSSnake bool "json:\\"grpc_use_tls\\""; ServiceIDSnake string "json:\\"service_id\\""; ' +
  'H2PingUseTLSSnake bool "json:\\"h2ping_use_tls\\""; DisableRedirectsSnake bool "json:\\"disable_redirects\\""; *structs.Alias }';

/** A check in the registration of a service. */
export const SERVICE_CHECK = struct({
  ...COMMON,
  isSelfRead: true,
  fields: { CheckID: text, ...SHARED_FIELDS, ProxyHTTP: text, ProxyGRPC: text },
  aliases: SHARED_ALIASES,
});

const CHECK_REGISTRATION = struct({
  ...COMMON,
  type: GO_TYPE,
  fields: { ID: text, ...SHARED_FIELDS, Token: text },
  aliases: { ...SHARED_ALIASES, disable_redirects: 'DisableRedirects' },
});

/**
 * Reads the body of a check registration.
 *
 * @param hasService whether there is a service of this id
 * @throws ConsulError with Consul's texts
 */
export function decodeCheckRegistration(body: Buffer, hasService: (id: string) => boolean): DecodedCheck & { status: CheckStatus } {
  const fields = decodeBody(body, CHECK_REGISTRATION);
  const { interval, timeout, ...check } = toCheck(fields.ID, fields);
  if (fields.Name === '') throw new ConsulError(400, 'Missing check name');
  const status = readStatus(check.status);
  if (status === undefined) throw new ConsulError(400, 'Bad check status');
  validateCheck(fields);
  const { ServiceID } = fields;
  if (ServiceID !== '' && !hasService(ServiceID)) throw new ConsulError(404, `ServiceID "${ServiceID}" does not exist`);
  refuseTypes(fields);
  return { ...check, interval: interval || '0s', timeout: timeout || '0s', status };
}

/**
 * Makes a check of the fields of a registration.
 *
 * @throws ConsulError 400 when its times are none
 */
export function toCheck(id: string, fields: CheckFields): DecodedCheck {
  const times = readTimes(fields);
  return {
    id,
    name: fields.Name,
    notes: fields.Notes,
    serviceId: fields.ServiceID,
    status: fields.Status,
    type: typeOf(fields),
    interval: times.Interval === 0 ? '' : writeDuration(times.Interval),
    timeout: times.Timeout === 0 ? '' : writeDuration(times.Timeout),
    definition: { ...targetOf(fields, times), ...commonOf(fields, times) },
  };
}

/** @returns undefined when it is not a status; the empty one is critical */
export function readStatus(status: string): CheckStatus | undefined {
  return status === '' ? 'critical' : CHECK_STATUSES.find((candidate) => candidate === status);
}

/** Whether the registration of a service says anything of its check: clients send ones full of nulls and empty texts. */
export function isGiven(fields: CheckFields): boolean {
  return Object.values({ ...fields, ...readTimes(fields) }).some((value) => !isEmpty(value));
}

/** @throws ConsulError 400 when what it says does not go together */
export function validateCheck(fields: CheckFields): void {
  const why = contradictionOf(fields);
  if (why !== undefined) throw new ConsulError(400, `Invalid check: ${why}`);
}

/** @throws ConsulError 500 when it is of a type that is not run here */
export function refuseTypes(fields: CheckFields): void {
  if (isScript(fields)) {
    throw new ConsulError(500, `Scripts are disabled on this agent from remote calls; to enable, configure 'enable_script_checks' to true`);
  }
  if (typeOf(fields) === 'os_service') throw new ConsulError(500, 'not implemented');
}

/** The first of Consul's rules that does not hold. */
function contradictionOf(fields: CheckFields): string | undefined {
  const { Interval, TTL } = readTimes(fields);
  const isAlias = fields.AliasNode !== '' || fields.AliasService !== '';
  const isTimed = isScript(fields) || timedType(fields) !== undefined;
  const rules: [isBroken: boolean, why: string][] = [
    [Interval > 0 && TTL > 0, 'Interval and TTL cannot both be specified'],
    [isTimed && Interval <= 0, 'Interval must be > 0 for Script, HTTP, H2PING, TCP, UDP or OSService checks'],
    [isTimed && isAlias, 'Interval cannot be set for Alias checks'],
    [isAlias && TTL > 0, 'TTL must be not be set for Alias checks'],
    [!isTimed && !isAlias && TTL <= 0, 'TTL must be > 0 for TTL checks'],
    [fields.OutputMaxSize < 0, 'MaxOutputMaxSize must be positive'],
    [fields.FailuresBeforeWarning > fields.FailuresBeforeCritical, "FailuresBeforeWarning can't be higher than FailuresBeforeCritical"],
  ];
  return rules.find(([isBroken]) => isBroken)?.[1];
}

function readTimes(fields: CheckFields) {
  return {
    Interval: toMs(fields.Interval),
    Timeout: toMs(fields.Timeout),
    TTL: toMs(fields.TTL),
    DeregisterCriticalServiceAfter: toMs(fields.DeregisterCriticalServiceAfter),
  };
}

/** @throws ConsulError 400 with the text of Go */
function toMs(value: unknown): number {
  const ms = readDuration(value);
  if (typeof ms !== 'number') throw decodeError(ms.error);
  return ms;
}

function isScript({ Args, ScriptArgs }: CheckFields): boolean {
  return Args.length > 0 || ScriptArgs.length > 0;
}

function timedType({ HTTP, TCP, UDP, GRPC, H2PING, OSService }: CheckFields): string | undefined {
  const given = { http: HTTP, tcp: TCP, udp: UDP, grpc: GRPC, h2ping: H2PING, os_service: OSService };
  return Object.entries(given).find(([, target]) => target !== '')?.[0];
}

function typeOf(fields: CheckFields): string {
  const isAlias = fields.AliasNode !== '' || fields.AliasService !== '';
  return timedType(fields) ?? (isAlias ? 'alias' : 'ttl');
}

function targetOf(fields: CheckFields, { TTL }: ReturnType<typeof readTimes>): CheckDefinition {
  switch (typeOf(fields)) {
    case 'http':
      return httpTarget(fields);
    case 'tcp':
      return { tcp: fields.TCP, ...(fields.TCPUseTLS && { tcpUseTls: true }), ...tlsOf(fields) };
    case 'udp':
      return { udp: fields.UDP };
    case 'grpc':
      return { grpc: fields.GRPC, ...(fields.GRPCUseTLS && { grpcUseTls: true }), ...tlsOf(fields) };
    case 'h2ping':
      return { h2ping: fields.H2PING, ...(!fields.H2PingUseTLS && { h2pingUseTls: false }), ...tlsOf(fields) };
    case 'alias':
      return {
        ...(fields.AliasNode !== '' && { aliasNode: fields.AliasNode }),
        ...(fields.AliasService !== '' && { aliasService: fields.AliasService }),
      };
    default:
      return { ttlMs: TTL };
  }
}

function httpTarget(fields: CheckFields): CheckDefinition {
  const { HTTP, Method, Header, Body } = fields;
  return {
    http: HTTP,
    ...(Method !== '' && { method: Method }),
    ...(Object.keys(Header).length > 0 && { header: Header }),
    ...(Body !== '' && { body: Body }),
    ...(fields.DisableRedirects && { disableRedirects: true }),
    ...tlsOf(fields),
  };
}

function tlsOf({ TLSServerName, TLSSkipVerify }: CheckFields): CheckDefinition {
  return { ...(TLSServerName !== '' && { tlsServerName: TLSServerName }), ...(TLSSkipVerify && { tlsSkipVerify: true }) };
}

function commonOf(fields: CheckFields, times: ReturnType<typeof readTimes>): CheckDefinition {
  const { Interval, Timeout, DeregisterCriticalServiceAfter: deregisterAfter } = times;
  const isTimed = timedType(fields) !== undefined;
  return {
    ...(isTimed && {
      intervalMs: Math.max(Interval, MIN_INTERVAL_MS),
      timeoutMs: Timeout > 0 ? Math.min(Timeout, MAX_TIMEOUT_MS) : DEFAULT_TIMEOUT_MS,
    }),
    ...(isTimed && thresholdsOf(fields)),
    ...(deregisterAfter > 0 && { deregisterAfterMs: Math.max(deregisterAfter, MIN_REAP_MS) }),
    ...(fields.OutputMaxSize > 0 && { outputMaxSize: fields.OutputMaxSize }),
  };
}

function thresholdsOf({ SuccessBeforePassing, FailuresBeforeWarning, FailuresBeforeCritical }: CheckFields): CheckDefinition {
  return {
    ...(SuccessBeforePassing > 0 && { successBeforePassing: SuccessBeforePassing }),
    ...(FailuresBeforeWarning > 0 && { failuresBeforeWarning: FailuresBeforeWarning }),
    ...(FailuresBeforeCritical > 0 && { failuresBeforeCritical: FailuresBeforeCritical }),
  };
}
