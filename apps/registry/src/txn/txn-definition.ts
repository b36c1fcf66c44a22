import { cutOutput } from '../agent/checks/check-result.js';
import { GoFields, listOf, readGoJson } from '../go/fields.js';
import { ConsulError } from '../http/consul-error.js';
import { CHECK_STATUSES, type CheckRegistration, type NodeEntry, type ServiceEntry, type Unindexed } from '../store/entries.js';
import { CATALOG_VERBS, isReadOnly, KV_VERBS, type KvOp, type TxnError, type TxnOp } from '../store/txn/txn-op.js';
import { readCheckDefinition } from './txn-check-definition.js';

const PARSE_FAILED = 'Failed to parse body: ';
const MAX_OPS = 128;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const OP_FIELDS = ['KV', 'Node', 'Service', 'Check'];
const KV_FIELDS = ['Verb', 'Key', 'Value', 'Flags', 'Index', 'Session', 'Namespace', 'Partition'];
const INDEXES = ['CreateIndex', 'ModifyIndex'];
const TENANCY = ['Namespace', 'Partition', 'PeerName'];
const NODE_FIELDS = ['ID', 'Node', 'Address', 'Datacenter', 'TaggedAddresses', 'Meta', 'Locality', ...TENANCY, ...INDEXES];
const SERVICE_FIELDS = [
  ...['Kind', 'ID', 'Service', 'Tags', 'Meta', 'Port', 'Ports', 'Address', 'SocketPath', 'TaggedAddresses', 'Weights'],
  ...['EnableTagOverride', 'ContentHash', 'Proxy', 'Connect', 'Datacenter', 'Locality', ...TENANCY, ...INDEXES],
];
const CHECK_FIELDS = [
  ...['Node', 'CheckID', 'Name', 'Status', 'Notes', 'Output', 'ServiceID', 'ServiceName', 'ServiceTags', 'Type', 'Interval', 'Timeout'],
  ...['ExposedPort', 'Definition', ...TENANCY, ...INDEXES],
];

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
  const decoded = readGoJson(body, PARSE_FAILED, (value) => {
    const items = listOf(value, 'api.TxnOps');
    const fields = items.map((item) => GoFields.of(item, 'value of type api.TxnOp', { struct: 'TxnOp', path: '' }, OP_FIELDS));
    if (items.length > MAX_OPS) throw new ConsulError(413, `Transaction contains too many operations (${items.length} > ${MAX_OPS})`);
    return fields.flatMap(decodeOp);
  });
  return {
    ops: decoded.flatMap((each) => ('op' in each ? [each.op] : [])),
    errors: decoded.flatMap((each, at) => ('error' in each ? [{ at, what: each.error }] : [])),
    isRead: decoded.every((each) => ('op' in each ? isReadOnly([each.op]) : each.isRead)),
  };
}

function decodeOp(fields: GoFields): DecodedOp[] {
  const kv = fields.nested('KV', 'api.KVTxnOp', 'KVTxnOp', KV_FIELDS);
  const node = fields.nested('Node', 'api.NodeTxnOp', 'NodeTxnOp', ['Verb', 'Node']);
  const service = fields.nested('Service', 'api.ServiceTxnOp', 'ServiceTxnOp', ['Verb', 'Node', 'Service']);
  const check = fields.nested('Check', 'api.CheckTxnOp', 'CheckTxnOp', ['Verb', 'Check']);
  if (kv !== undefined) return [decodeKvOp(kv)];
  if (node !== undefined) return [decodeNodeOp(node)];
  if (service !== undefined) return [decodeServiceOp(service)];
  return check === undefined ? [] : [decodeCheckOp(check)];
}

function decodeKvOp(fields: GoFields): DecodedOp {
  const verb = textOf(fields, 'Verb', 'api.KVOp');
  const op: Omit<KvOp, 'verb'> = {
    kind: 'kv',
    key: textOf(fields, 'Key'),
    value: fields.base64('Value') ?? null,
    flags: String(fields.uint64('Flags')),
    index: Number(fields.uint64('Index')),
    session: textOf(fields, 'Session'),
  };
  const isRead = !isOneOf(KV_VERBS, verb) || KV_VERBS[verb] === 'read';
  if (op.key === '' && verb !== 'delete-tree') return { error: 'Must provide key', isRead };
  return isOneOf(KV_VERBS, verb) ? { op: { ...op, verb } } : { error: `unknown KV operation: ${verb}`, isRead };
}

function decodeNodeOp(fields: GoFields): DecodedOp {
  const verb = textOf(fields, 'Verb', 'api.NodeOp');
  const nested = fields.nested('Node', 'api.Node', 'Node', NODE_FIELDS) ?? GoFields.none;
  const node: Unindexed<NodeEntry> = {
    id: textOf(nested, 'ID'),
    name: textOf(nested, 'Node'),
    address: textOf(nested, 'Address'),
    meta: nested.textMap('Meta') ?? {},
    taggedAddresses: nested.textMap('TaggedAddresses') ?? {},
  };
  if (!isOneOf(CATALOG_VERBS, verb)) return unknownVerb('node', verb);
  const error = verb === 'get' ? undefined : faultOf(node);
  return error === undefined ? { op: { kind: 'node', verb, node, index: indexOf(nested) } } : { error, isRead: false };
}

function faultOf({ id, name }: Pick<NodeEntry, 'id' | 'name'>): string | undefined {
  if (name === '') return 'Must provide node';
  return id === '' || UUID.test(id) ? undefined : 'Bad node ID: uuid string is wrong length';
}

function decodeServiceOp(fields: GoFields): DecodedOp {
  const verb = textOf(fields, 'Verb', 'api.ServiceOp');
  const node = textOf(fields, 'Node');
  const nested = fields.nested('Service', 'api.AgentService', 'AgentService', SERVICE_FIELDS) ?? GoFields.none;
  const service = serviceOf(nested, node, verb);
  if (!isOneOf(CATALOG_VERBS, verb)) return unknownVerb('service', verb);
  if (verb !== 'get' && service.name === '') {
    const error =
      service.id === ''
        ? 'service name (Service.Service) is required; both Service ID (Service.ID) and Service Name cannot be empty'
        : 'Must provide service name (Service.Service) when service ID is provided';
    return { error, isRead: false };
  }
  return { op: { kind: 'service', verb, service, index: indexOf(nested) } };
}

function serviceOf(fields: GoFields, node: string, verb: string): Unindexed<ServiceEntry> {
  const name = textOf(fields, 'Service');
  const id = textOf(fields, 'ID');
  const tagged = fields.raw('TaggedAddresses') as Readonly<Record<string, unknown>> | undefined;
  return {
    node,
    id: id === '' && verb !== 'get' ? name : id,
    name,
    tags: fields.texts('Tags') ?? [],
    address: textOf(fields, 'Address'),
    taggedAddresses: Object.fromEntries(Object.entries(tagged ?? {}).map(([key, value]) => [key, addressOf(value)])),
    meta: fields.textMap('Meta') ?? {},
    port: Number(fields.uint64('Port', 'int')),
    weights: weightsOf(fields.nested('Weights', 'api.AgentWeights', 'AgentWeights')),
    enableTagOverride: fields.bool('EnableTagOverride'),
  };
}

/** Clients in Go send zeros where nothing was set: weights that say nothing are the usual ones. */
function weightsOf(fields: GoFields = GoFields.none): ServiceEntry['weights'] {
  const [passing, warning] = [int(fields, 'Passing'), int(fields, 'Warning')];
  return passing < 1 || warning < 0 ? { Passing: 1, Warning: 1 } : { Passing: passing, Warning: warning };
}

function addressOf(value: unknown) {
  const place = { struct: 'ServiceAddress', path: 'Service.Service.TaggedAddresses.' };
  const fields = GoFields.of(value, 'struct field AgentService.Service.Service.TaggedAddresses of type api.ServiceAddress', place);
  return { Address: textOf(fields, 'Address'), Port: int(fields, 'Port') };
}

function int(fields: GoFields, name: string): number {
  const value = fields.raw(name);
  return Number(typeof value === 'bigint' && value < 0n ? value : fields.uint64(name, 'int'));
}

function decodeCheckOp(fields: GoFields): DecodedOp {
  const verb = textOf(fields, 'Verb', 'api.CheckOp');
  const nested = fields.nested('Check', 'api.HealthCheck', 'HealthCheck', CHECK_FIELDS) ?? GoFields.none;
  const status = textOf(nested, 'Status');
  const external = readCheckDefinition(nested, PARSE_FAILED);
  const check: CheckRegistration = {
    node: textOf(nested, 'Node'),
    checkId: textOf(nested, 'CheckID'),
    name: textOf(nested, 'Name'),
    status: CHECK_STATUSES.find((known) => known === status) ?? 'critical',
    notes: textOf(nested, 'Notes'),
    output: cutOutput(textOf(nested, 'Output')),
    serviceId: textOf(nested, 'ServiceID'),
    type: textOf(nested, 'Type'),
    interval: textOf(nested, 'Interval'),
    timeout: textOf(nested, 'Timeout'),
    definition: {},
    ...(Object.keys(external).length > 0 && { external }),
  };
  if (!isOneOf(CATALOG_VERBS, verb)) return unknownVerb('check', verb);
  return { op: { kind: 'check', verb, check, index: indexOf(nested) } };
}

/** A text; empty when absent or null. */
function textOf(fields: GoFields, name: string, type?: string): string {
  return fields.text(name, type) ?? '';
}

function indexOf(fields: GoFields): number {
  return Number(fields.uint64('ModifyIndex'));
}

function unknownVerb(kind: string, verb: string): DecodedOp {
  return { error: `unknown ${kind} operation: ${verb}`, isRead: false };
}

function isOneOf<V extends object>(verbs: V, verb: PropertyKey): verb is keyof V {
  return Object.hasOwn(verbs, verb);
}
