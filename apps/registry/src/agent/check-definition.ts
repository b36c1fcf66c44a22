import { ConsulError } from '../http/consul-error.js';
import { type Fields, nestedField, textField, toFields } from '../http/decode-body.js';
import { formatGoDuration, parseGoDuration } from '../http/go-duration.js';
import { CHECK_STATUSES, type CheckDefinition, type CheckStatus } from '../store/entries.js';

/** How a check is to be made, as a registration says it. */
export interface DecodedCheck {
  readonly id: string;
  readonly name: string;
  readonly notes: string;
  readonly serviceId: string;
  readonly status: CheckStatus;
  readonly type: string;
  readonly interval: string;
  readonly timeout: string;
  readonly definition: CheckDefinition;
}

const MIN_REAP_MS = 60_000;
const MIN_INTERVAL_MS = 1_000;
const DEFAULT_TIMEOUT_MS = 10_000;
/** The longest that a timer takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;
const UNSUPPORTED_TYPES = [
  'Script',
  'Args',
  'DockerContainerID',
  'Shell',
  'GRPC',
  'H2PING',
  'UDP',
  'OSService',
  'AliasNode',
  'AliasService',
];
const UNSUPPORTED_OPTIONS = [
  'TLSSkipVerify',
  'TLSServerName',
  'TCPUseTLS',
  'DisableRedirects',
  'SuccessBeforePassing',
  'FailuresBeforeWarning',
  'FailuresBeforeCritical',
];

/** Whether a check says anything: clients send ones full of nulls and empty texts. */
export function isGiven(fields: Fields): boolean {
  return [...fields.values()].some((value) => !isNothing(value));
}

/**
 * Reads a check of a registration.
 *
 * @throws ConsulError 400 with Consul's texts
 */
export function decodeCheck(value: unknown): DecodedCheck {
  const fields = toFields(value);
  const definition = decodeDefinition(fields);
  return {
    id: textField(fields, 'CheckID') || textField(fields, 'ID'),
    name: textField(fields, 'Name'),
    notes: textField(fields, 'Notes'),
    serviceId: textField(fields, 'ServiceID'),
    status: decodeStatus(textField(fields, 'Status')),
    type: definition.http !== undefined ? 'http' : definition.tcp !== undefined ? 'tcp' : 'ttl',
    interval: definition.intervalMs === undefined ? '' : formatGoDuration(definition.intervalMs),
    timeout: definition.intervalMs === undefined ? '' : formatGoDuration(definition.timeoutMs ?? DEFAULT_TIMEOUT_MS),
    definition,
  };
}

/** @throws ConsulError 400 when it is not a status; the empty one is critical */
export function decodeStatus(text: string): CheckStatus {
  if (text === '') return 'critical';
  const status = CHECK_STATUSES.find((candidate) => candidate === text);
  if (status === undefined) throw new ConsulError(400, 'Bad check status');
  return status;
}

function decodeDefinition(fields: Fields): CheckDefinition {
  refuseUnsupported(fields);
  const http = textField(fields, 'HTTP');
  const tcp = textField(fields, 'TCP');
  const ttlMs = timerField(fields, 'TTL');
  const deregisterAfterMs = durationField(fields, 'DeregisterCriticalServiceAfter');
  const reap = deregisterAfterMs > 0 ? { deregisterAfterMs: Math.max(deregisterAfterMs, MIN_REAP_MS) } : {};
  if (http === '' && tcp === '') {
    if (ttlMs <= 0) throw new ConsulError(400, 'Invalid check: TTL must be > 0 for TTL checks');
    return { ttlMs, ...reap };
  }
  const intervalMs = timerField(fields, 'Interval');
  if (intervalMs <= 0)
    throw new ConsulError(400, 'Invalid check: Interval must be > 0 for Script, HTTP, H2PING, TCP, UDP or OSService checks');
  const timeoutMs = timerField(fields, 'Timeout') || DEFAULT_TIMEOUT_MS;
  const common = { intervalMs: Math.max(intervalMs, MIN_INTERVAL_MS), timeoutMs, ...reap };
  return http === '' ? { tcp, ...common } : { http, ...httpDetails(fields), ...common };
}

function refuseUnsupported(fields: Fields): void {
  const isSet = (name: string) => !isNothing(nestedField(fields, name));
  const type = UNSUPPORTED_TYPES.find(isSet);
  if (type !== undefined) throw new ConsulError(400, `Invalid check: type "${type}" is not run by this agent; use TTL, HTTP or TCP`);
  const option = UNSUPPORTED_OPTIONS.find(isSet);
  if (option !== undefined) throw new ConsulError(400, `Invalid check: ${option} is not supported by this agent`);
}

function httpDetails(fields: Fields): CheckDefinition {
  const method = textField(fields, 'Method');
  const body = textField(fields, 'Body');
  const header = nestedField(fields, 'Header');
  return {
    ...(method !== '' && { method }),
    ...(body !== '' && { body }),
    ...(header !== undefined && { header: decodeHeader(header) }),
  };
}

function decodeHeader(value: unknown): Record<string, string[]> {
  const isValid =
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((item) => Array.isArray(item) && item.every((text) => typeof text === 'string'));
  if (!isValid) throw new ConsulError(400, "Request decode failed: 'Header' expected an object of lists of strings");
  return value as Record<string, string[]>;
}

/** A duration that is waited for. */
function timerField(fields: Fields, name: string): number {
  const ms = durationField(fields, name);
  if (ms > MAX_TIMER_MS) throw new ConsulError(400, `Invalid check: ${name} must be at most ${formatGoDuration(MAX_TIMER_MS)}`);
  return ms;
}

/** Text as Go writes it, or a number of nanoseconds; 0 when absent. */
function durationField(fields: Fields, name: string): number {
  const value = nestedField(fields, name) ?? '';
  if (value === '') return 0;
  const ms = typeof value === 'number' ? value / 1e6 : typeof value === 'string' ? parseGoDuration(value) : undefined;
  if (ms === undefined) throw new ConsulError(400, `Request decode failed: '${name}' time: invalid duration`);
  return ms;
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === '' || value === 0 || value === false || isEmptyObject(value);
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
