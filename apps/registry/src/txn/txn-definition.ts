import { cutOutput } from '../agent/checks/check-result.js';
import { nodeFault, serviceAddressFault, serviceNameFault } from '../catalog/entry-faults.js';
import { weightsOrUsual } from '../catalog/service-fields.js';
import { decodeBody } from '../go/decode.js';
import { ConsulError } from '../http/consul-error.js';
import { CHECK_STATUSES, type CheckRegistration, type NodeEntry, type ServiceEntry, type Unindexed } from '../store/entries.js';
import { CATALOG_VERBS, isReadOnly, KV_VERBS, type KvOp, type TxnError, type TxnOp } from '../store/txn/txn-op.js';
import { type FieldsOf, type OpFields, TXN_OPS } from './txn-body.js';
import { externalDefinition } from './txn-check-definition.js';

const PARSE_FAILED = 'Failed to parse body: ';
const MAX_OPS = 128;

/** The operations of a body, and why some of them can be none. */
export interface DecodedTxn {
  readonly ops: TxnOp[];
  readonly errors: readonly TxnError[];
  /** Whether all that there is only looks; an operation on a key that nobody knows is taken for one that does. */
  readonly isRead: boolean;
}

type DecodedOp = { readonly op: TxnOp } | { readonly error: string; readonly isRead: boolean };

/**
 * Reads the body of `/v1/txn`. An operation of no kind is passed over.
 *
 * @throws ConsulError 400 when it is malformed, 413 when there are too many operations
 */
export function decodeTxn(body: Buffer): DecodedTxn {
  const given = decodeBody(body, TXN_OPS, { prefix: PARSE_FAILED, isExact: true });
  if (given.length > MAX_OPS) throw new ConsulError(413, `Transaction contains too many operations (${given.length} > ${MAX_OPS})`);
  const decoded = given.flatMap(decodeOp);
  return {
    ops: decoded.flatMap((each) => ('op' in each ? [each.op] : [])),
    errors: decoded.flatMap((each, at) => ('error' in each ? [{ at, what: each.error }] : [])),
    isRead: decoded.every((each) => ('op' in each ? isReadOnly([each.op]) : each.isRead)),
  };
}

function decodeOp({ KV, Node, Service, Check }: OpFields): DecodedOp[] {
  if (KV !== undefined) return [decodeKvOp(KV)];
  if (Node !== undefined) return [decodeNodeOp(Node)];
  if (Service !== undefined) return [decodeServiceOp(Service)];
  return Check === undefined ? [] : [decodeCheckOp(Check)];
}

function decodeKvOp({ Verb, Key, Value, Flags, Index, Session }: FieldsOf<'KV'>): DecodedOp {
  const op: Omit<KvOp, 'verb'> = {
    kind: 'kv',
    key: Key,
    value: Value ?? null,
    flags: String(Flags),
    index: Number(Index),
    session: Session,
  };
  const isRead = !isOneOf(KV_VERBS, Verb) || KV_VERBS[Verb] === 'read';
  if (Key === '' && Verb !== 'delete-tree') return { error: 'Must provide key', isRead };
  return isOneOf(KV_VERBS, Verb) ? { op: { ...op, verb: Verb } } : { error: `unknown KV operation: ${Verb}`, isRead };
}

function decodeNodeOp({ Verb, Node }: FieldsOf<'Node'>): DecodedOp {
  const { ID, Node: name, Address, Meta, TaggedAddresses, ModifyIndex } = Node;
  const node: Unindexed<NodeEntry> = { id: ID, name, address: Address, meta: Meta, taggedAddresses: TaggedAddresses };
  if (!isOneOf(CATALOG_VERBS, Verb)) return unknownVerb('node', Verb);
  const error = Verb === 'get' ? undefined : nodeFault(node);
  return error === undefined ? { op: { kind: 'node', verb: Verb, node, index: Number(ModifyIndex) } } : { error, isRead: false };
}

function decodeServiceOp({ Verb, Node, Service }: FieldsOf<'Service'>): DecodedOp {
  const service = serviceOf(Service, Node, Verb);
  if (!isOneOf(CATALOG_VERBS, Verb)) return unknownVerb('service', Verb);
  const error = Verb === 'get' ? undefined : (serviceNameFault(service) ?? serviceAddressFault(service.address));
  if (error !== undefined) return { error, isRead: false };
  return { op: { kind: 'service', verb: Verb, service, index: Number(Service.ModifyIndex) } };
}

function serviceOf(fields: FieldsOf<'Service'>['Service'], node: string, verb: string): Unindexed<ServiceEntry> {
  const { ID, Service } = fields;
  return {
    node,
    id: ID === '' && verb !== 'get' ? Service : ID,
    name: Service,
    tags: fields.Tags,
    address: fields.Address,
    taggedAddresses: fields.TaggedAddresses,
    meta: fields.Meta,
    port: fields.Port,
    // Clients in Go send zeros where nothing was set.
    weights: weightsOrUsual(fields.Weights),
    enableTagOverride: fields.EnableTagOverride,
  };
}

function decodeCheckOp({ Verb, Check }: FieldsOf<'Check'>): DecodedOp {
  const external = externalDefinition(Check.Definition, PARSE_FAILED);
  const check: CheckRegistration = {
    node: Check.Node,
    checkId: Check.CheckID,
    name: Check.Name,
    status: CHECK_STATUSES.find((known) => known === Check.Status) ?? 'critical',
    notes: Check.Notes,
    output: cutOutput(Check.Output),
    serviceId: Check.ServiceID,
    type: Check.Type,
    interval: Check.Interval,
    timeout: Check.Timeout,
    definition: {},
    ...(Object.keys(external).length > 0 && { external }),
  };
  if (!isOneOf(CATALOG_VERBS, Verb)) return unknownVerb('check', Verb);
  return { op: { kind: 'check', verb: Verb, check, index: Number(Check.ModifyIndex) } };
}

function unknownVerb(kind: string, verb: string): DecodedOp {
  return { error: `unknown ${kind} operation: ${verb}`, isRead: false };
}

function isOneOf<V extends object>(verbs: V, verb: PropertyKey): verb is keyof V {
  return Object.hasOwn(verbs, verb);
}
