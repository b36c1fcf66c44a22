import { SERF_HEALTH } from '../agent/server-identity.js';
import { any, type Decoded, decodeBody, decodeError, listOf, optional, preset, struct, text, textAs } from '../go/decode.js';
import { NS_PER_MS, readGoDuration } from '../go/duration.js';
import { ConsulError } from '../http/consul-error.js';
import { SESSION_BEHAVIORS, type SessionEntry, type Unindexed } from '../store/entries.js';

const NS_PER_S = 1_000_000_000n;
const DEFAULT_LOCK_DELAY_NS = 15n * NS_PER_S;
/** A smaller number than this many nanoseconds is meant in seconds. */
const MIN_LOCK_DELAY_NS = 1_000n;
const MIN_TTL_NS = 10e9;
const MAX_TTL_NS = 86_400e9;
const INT64_BITS = 64;
const MIN_INT64 = -(2n ** 63n);

const SERVICE_CHECK = struct({
  name: 'ServiceCheck',
  type: 'structs.ServiceCheck',
  fields: { ID: text, Namespace: text },
  ignoresUnknown: true,
});

const FIELDS = {
  // Not used, but it has to be well-formed.
  ID: text,
  Name: text,
  Node: optional(text),
  LockDelay: any,
  Behavior: textAs('structs.SessionBehavior'),
  TTL: text,
  NodeChecks: preset(listOf(text, '[]string'), [SERF_HEALTH], null),
  Checks: preset(listOf(textAs('types.CheckID'), '[]types.CheckID'), [SERF_HEALTH], []),
  ServiceChecks: optional(listOf(SERVICE_CHECK, '[]structs.ServiceCheck')),
};

const SESSION = struct({
  name: '',
  type: 'struct { LockDelay interface {}; *structs.Alias }',
  embedded: 'Alias.',
  fields: FIELDS,
  ignoresUnknown: true,
});

type SessionFields = Decoded<typeof FIELDS>;

/** A session without its id. */
export type SessionDefinition = Omit<Unindexed<SessionEntry>, 'id'>;

/**
 * Reads the body of `/v1/session/create`. An empty one is a session of this node with everything at its default.
 *
 * @throws ConsulError 400 or 500 with Consul's texts
 */
export function decodeSession(body: Buffer, ownNode: string): SessionDefinition {
  const fields = body.length === 0 ? SESSION.zero : decodeBody(body, SESSION);
  const lockDelayNs = Number(lockDelayOf(fields.LockDelay));
  const { Name, Node: node = ownNode, Behavior, TTL, ServiceChecks = null } = fields;
  if (node === '') throw new ConsulError(500, 'Must provide Node');
  const behavior = Behavior === '' ? 'release' : SESSION_BEHAVIORS.find((known) => known === Behavior);
  if (behavior === undefined) throw new ConsulError(500, `Invalid Behavior setting '${Behavior}'`);
  checkTtl(TTL);
  return { name: Name, node, lockDelayNs, behavior, ttl: TTL, ...checksOf(fields), serviceChecks: ServiceChecks };
}

/** A duration as text, or a number: of seconds when it is small, else of nanoseconds. */
function lockDelayOf(given: unknown): bigint {
  if (given === undefined) return DEFAULT_LOCK_DELAY_NS;
  const ns = typeof given === 'string' ? nanoseconds(given) : toInt64(given);
  return ns < MIN_LOCK_DELAY_NS ? BigInt.asIntN(INT64_BITS, ns * NS_PER_S) : ns;
}

function nanoseconds(text: string): bigint {
  const ms = readGoDuration(text);
  if (typeof ms !== 'number') throw decodeError(ms.error);
  return BigInt(Math.round(ms * NS_PER_MS));
}

function toInt64(value: unknown): bigint {
  const whole = typeof value === 'number' ? BigInt(Math.trunc(value)) : 0n;
  // What is too large becomes the smallest there is, as on most processors.
  return BigInt.asIntN(INT64_BITS, whole) === whole ? whole : MIN_INT64;
}

/**
 * The checks of the node, under their name of today or that of old. A client that gives only one of them has the other at its default; an
 * empty list under either name means none.
 */
function checksOf({ NodeChecks, Checks }: SessionFields): Pick<SessionDefinition, 'nodeChecks' | 'checks'> {
  if (NodeChecks === null || NodeChecks.length === 0) return { nodeChecks: NodeChecks };
  if (Checks.length === 0) return { nodeChecks: [] };
  const isDefault = Checks.length === 1 && Checks[0] === SERF_HEALTH;
  return { nodeChecks: NodeChecks, ...(!isDefault && { checks: Checks }) };
}

function checkTtl(ttl: string): void {
  if (ttl === '') return;
  const ms = readGoDuration(ttl);
  if (typeof ms !== 'number') throw new ConsulError(500, `Session TTL '${ttl}' invalid: ${ms.error}`);
  const ns = Math.round(ms * NS_PER_MS);
  if (ns === 0 || (ns >= MIN_TTL_NS && ns <= MAX_TTL_NS)) return;
  throw new ConsulError(500, `Invalid Session TTL '${ns}', must be between [10s=24h0m0s]`);
}
