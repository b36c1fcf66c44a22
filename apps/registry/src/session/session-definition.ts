import { readGoDuration } from '../go/duration.js';
import { GoFields, readGoJson } from '../go/fields.js';
import { ConsulError } from '../http/consul-error.js';
import { SESSION_BEHAVIORS, type ServiceCheckRef, type SessionEntry, type Unindexed } from '../store/entries.js';

const NS_PER_MS = 1_000_000;
const NS_PER_S = 1_000_000_000n;
const DEFAULT_LOCK_DELAY_NS = 15n * NS_PER_S;
/** A smaller number than this many nanoseconds is meant in seconds. */
const MIN_LOCK_DELAY_NS = 1_000n;
const MIN_TTL_NS = 10e9;
const MAX_TTL_NS = 86_400e9;
const SERF_HEALTH = 'serfHealth';
const INT64_BITS = 64;
const DECODE_FAILED = 'Request decode failed: ';
const PLACE = { struct: '', path: 'Alias.' };
const SERVICE_CHECK = 'structs.ServiceCheck';
const SERVICE_CHECK_PLACE = { struct: 'ServiceCheck', path: 'Alias.ServiceChecks.' };

/** A session without its id. */
export type SessionDefinition = Omit<Unindexed<SessionEntry>, 'id'>;

/**
 * Reads the body of `/v1/session/create`. An empty one is a session of this node with everything at its default.
 *
 * @throws ConsulError 400 or 500 with Consul's texts
 */
export function decodeSession(body: Buffer, ownNode: string): SessionDefinition {
  const { behavior: givenBehavior, ...definition } = body.length === 0 ? definitionOf(GoFields.none, ownNode) : parse(body, ownNode);
  if (definition.node === '') throw new ConsulError(500, 'Must provide Node');
  const behavior = givenBehavior === '' ? 'release' : SESSION_BEHAVIORS.find((known) => known === givenBehavior);
  if (behavior === undefined) throw new ConsulError(500, `Invalid Behavior setting '${givenBehavior}'`);
  checkTtl(definition.ttl);
  return { ...definition, behavior };
}

function parse(body: Buffer, ownNode: string) {
  return readGoJson(body, DECODE_FAILED, (value) =>
    definitionOf(GoFields.of(value, 'value of type struct { LockDelay interface {}; *structs.Alias }', PLACE), ownNode),
  );
}

function definitionOf(fields: GoFields, ownNode: string) {
  // Not used, but it has to be well-formed.
  fields.text('ID');
  return {
    name: fields.text('Name') ?? '',
    node: fields.text('Node') ?? ownNode,
    lockDelayNs: Number(lockDelayOf(fields.raw('LockDelay'))),
    behavior: fields.text('Behavior', 'structs.SessionBehavior') ?? '',
    ttl: fields.text('TTL') ?? '',
    ...checksOf(fields),
    serviceChecks: serviceChecksOf(fields),
  };
}

/** A duration as text, or a number: of seconds when it is small, else of nanoseconds. */
function lockDelayOf(given: unknown): bigint {
  if (given === undefined) return DEFAULT_LOCK_DELAY_NS;
  const ns = typeof given === 'string' ? nanoseconds(given) : toInt64(given);
  return ns < MIN_LOCK_DELAY_NS ? BigInt.asIntN(INT64_BITS, ns * NS_PER_S) : ns;
}

function nanoseconds(text: string): bigint {
  const ms = readGoDuration(text);
  if (typeof ms !== 'number') throw new ConsulError(400, `${DECODE_FAILED}${ms.error}`);
  return BigInt(Math.round(ms * NS_PER_MS));
}

function toInt64(value: unknown): bigint {
  const whole = typeof value === 'bigint' ? value : typeof value === 'number' ? BigInt(Math.trunc(value)) : 0n;
  return BigInt.asIntN(INT64_BITS, whole) === whole ? whole : -(2n ** 63n);
}

/**
 * The checks of the node, under their name of today or that of old. A client that gives only one of them has the other at its default; an
 * empty list under either name means none.
 */
function checksOf(fields: GoFields): Pick<SessionDefinition, 'nodeChecks' | 'checks'> {
  const nodeChecks = fields.has('NodeChecks') ? (fields.texts('NodeChecks') ?? null) : [SERF_HEALTH];
  const checks = fields.has('Checks') ? (fields.texts('Checks', 'types.CheckID') ?? []) : [SERF_HEALTH];
  if (nodeChecks === null || nodeChecks.length === 0) return { nodeChecks };
  if (checks.length === 0) return { nodeChecks: [] };
  const isDefault = checks.length === 1 && checks[0] === SERF_HEALTH;
  return { nodeChecks, ...(!isDefault && { checks }) };
}

function serviceChecksOf(fields: GoFields): ServiceCheckRef[] | null {
  const target = fields.target('ServiceChecks', SERVICE_CHECK);
  const given = fields.list('ServiceChecks', `[]${SERVICE_CHECK}`);
  return given === undefined ? null : given.map((item) => serviceCheckOf(GoFields.of(item, target, SERVICE_CHECK_PLACE)));
}

function serviceCheckOf(fields: GoFields): ServiceCheckRef {
  return { ID: fields.text('ID') ?? '', Namespace: fields.text('Namespace') ?? '' };
}

function checkTtl(ttl: string): void {
  if (ttl === '') return;
  const ms = readGoDuration(ttl);
  if (typeof ms !== 'number') throw new ConsulError(500, `Session TTL '${ttl}' invalid: ${ms.error}`);
  const ns = Math.round(ms * NS_PER_MS);
  if (ns === 0 || (ns >= MIN_TTL_NS && ns <= MAX_TTL_NS)) return;
  throw new ConsulError(500, `Invalid Session TTL '${ns}', must be between [10s=24h0m0s]`);
}
