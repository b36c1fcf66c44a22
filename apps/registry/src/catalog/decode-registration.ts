import { cutOutput } from '../agent/checks/check-result.js';
import { any, bool, decodeBody, type GoType, int, listOf, mapOf, optional, struct, text } from '../go/decode.js';
import { ConsulError } from '../http/consul-error.js';
import type { CheckRegistration, NodeEntry, ServiceEntry, Unindexed } from '../store/entries.js';
import type { Registration } from '../store/tables/registration.js';
import { decodeDefinition, type ExternalDefinition, typeOfDefinition } from './check-definition-json.js';
import { refuseMeta, refuseService } from './refuse-service.js';

const TEXTS_BY_NAME = mapOf(text, 'map[string]string');
const ADDRESS = struct({ name: 'ServiceAddress', type: 'structs.ServiceAddress', fields: { Address: text, Port: int } });
const WEIGHTS = struct({ name: 'Weights', type: 'structs.Weights', fields: { Passing: int, Warning: int } });
const LOCALITY = struct({ name: 'Locality', type: 'structs.Locality', fields: { Region: text, Zone: text } });
const INDEXES = { CreateIndex: any, ModifyIndex: any };

const SERVICE = struct({
  name: 'NodeService',
  type: 'structs.NodeService',
  fields: {
    Kind: text,
    ID: text,
    Service: text,
    Tags: listOf(text, '[]string'),
    Address: text,
    TaggedAddresses: mapOf(ADDRESS, 'map[string]structs.ServiceAddress'),
    Meta: TEXTS_BY_NAME,
    Port: int,
    Ports: any,
    SocketPath: text,
    Weights: optional(WEIGHTS),
    EnableTagOverride: bool,
    Proxy: any,
    Connect: any,
    PeerName: text,
    Locality: optional(LOCALITY),
    ...INDEXES,
  },
});

const DEFINITION: GoType<ExternalDefinition> = { zero: {}, read: (value) => decodeDefinition(value) };

const CHECK = struct({
  name: 'HealthCheck',
  type: 'structs.HealthCheck',
  fields: {
    Node: text,
    CheckID: text,
    Name: text,
    Status: text,
    Notes: text,
    Output: text,
    ServiceID: text,
    ServiceName: text,
    ServiceTags: listOf(text, '[]string'),
    Type: text,
    Interval: text,
    Timeout: text,
    ExposedPort: int,
    Definition: DEFINITION,
    PeerName: text,
    ...INDEXES,
  },
});

const REGISTRATION = struct({
  name: 'RegisterRequest',
  type: 'structs.RegisterRequest',
  fields: {
    Datacenter: text,
    ID: text,
    Node: text,
    Address: text,
    TaggedAddresses: TEXTS_BY_NAME,
    NodeMeta: TEXTS_BY_NAME,
    Service: optional(SERVICE),
    Check: optional(CHECK),
    Checks: listOf(CHECK, 'structs.HealthChecks'),
    SkipNodeUpdate: bool,
    PeerName: text,
    Locality: any,
    Token: text,
    ...INDEXES,
  },
});

const DEREGISTRATION = struct({
  name: '',
  type: 'struct { Address string; *structs.Alias }',
  embedded: 'Alias.',
  fields: { Datacenter: text, Node: text, Address: text, ServiceID: text, CheckID: text, PeerName: text, Token: text },
});

type RegistrationFields = ReturnType<typeof REGISTRATION.read>;
type ServiceFields = ReturnType<typeof SERVICE.read>;
type CheckFields = ReturnType<typeof CHECK.read>;

const ID_LENGTH = 36;

/**
 * Reads the body of `/v1/catalog/register`.
 *
 * @throws ConsulError with Consul's texts
 */
export function decodeRegistration(body: Buffer, datacenter: string): Registration {
  const fields = decodeBody(body, REGISTRATION);
  requireDatacenter(fields.Datacenter, datacenter);
  const node = toNode(fields);
  const service = fields.Service && toService(fields.Service, node.name);
  const given = [...fields.Checks, ...(fields.Check === undefined ? [] : [fields.Check])];
  const checks = given.map((check) => toCheck(check, node.name));
  return { node, skipNodeUpdate: fields.SkipNodeUpdate, ...(service !== undefined && { service }), checks };
}

/**
 * Reads the body of `/v1/catalog/deregister`.
 *
 * @throws ConsulError with Consul's texts
 */
export function decodeDeregistration(body: Buffer, datacenter: string) {
  const fields = decodeBody(body, DEREGISTRATION);
  requireDatacenter(fields.Datacenter, datacenter);
  if (fields.Node === '') throw new ConsulError(500, 'Must provide node');
  return { node: fields.Node, serviceId: fields.ServiceID, checkId: fields.CheckID };
}

function requireDatacenter(given: string, datacenter: string): void {
  if (given !== '' && given !== datacenter) throw new ConsulError(500, 'No path to datacenter');
}

function toNode({ ID, Node, Address, NodeMeta, TaggedAddresses, SkipNodeUpdate }: RegistrationFields): Unindexed<NodeEntry> {
  if (Node === '') throw new ConsulError(500, 'Must provide node');
  if (Address === '' && !SkipNodeUpdate) throw new ConsulError(500, 'Must provide address if SkipNodeUpdate is not set');
  const fault = ID === '' ? undefined : faultOfId(ID);
  if (fault !== undefined) throw new ConsulError(500, `Bad node ID: ${fault}`);
  return { id: ID, name: Node, address: Address, meta: NodeMeta, taggedAddresses: TaggedAddresses };
}

function faultOfId(id: string): string | undefined {
  if (Buffer.byteLength(id) !== ID_LENGTH) return 'uuid string is wrong length';
  const [bad] = /[^\da-fA-F-]/u.exec(id) ?? [];
  if (bad !== undefined) {
    return `encoding/hex: invalid byte: U+${(bad.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')} '${bad}'`;
  }
  return /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i.test(id) ? undefined : 'uuid is improperly formatted';
}

function toService(fields: ServiceFields, node: string): Unindexed<ServiceEntry> {
  refuseService(fields);
  refuseMeta(node, fields.ID || fields.Service, fields.Meta);
  const { ID, Service, Kind, SocketPath, Weights, Proxy, Connect, Locality } = fields;
  return {
    node,
    id: ID || Service,
    name: Service,
    tags: fields.Tags,
    address: fields.Address,
    taggedAddresses: fields.TaggedAddresses,
    meta: fields.Meta,
    port: fields.Port,
    weights: Weights === undefined || Weights.Passing < 1 ? { Passing: 1, Warning: 1 } : Weights,
    enableTagOverride: fields.EnableTagOverride,
    ...(Kind !== '' && { kind: Kind }),
    ...(SocketPath !== '' && { socketPath: SocketPath }),
    ...(isObject(Proxy) && { proxy: Proxy }),
    ...(isObject(Connect) && { connect: Connect }),
    ...(Locality !== undefined && { locality: Locality }),
  };
}

function toCheck(fields: CheckFields, node: string): CheckRegistration {
  const { CheckID, Name, Node, Definition } = fields;
  const id = CheckID || Name;
  if (Node !== '' && Node !== node) {
    throw new ConsulError(500, `Node '${Node}' for check '${id}' doesn't match register request node '${node}'`);
  }
  if (id === '') {
    const why = 'failed health check lookup: index error: object is missing a value for this index';
    throw new ConsulError(500, `failed inserting check on node ${JSON.stringify(node)}: ${why}`);
  }
  return {
    node,
    checkId: id,
    name: Name,
    // Whatever it is called: the catalogue takes every status, and only `passing` passes.
    status: (fields.Status || 'critical') as CheckRegistration['status'],
    notes: fields.Notes,
    output: cutOutput(fields.Output),
    serviceId: fields.ServiceID,
    type: fields.Type || typeOfDefinition(Definition),
    interval: fields.Interval,
    timeout: fields.Timeout,
    definition: {},
    ...(Object.keys(Definition).length > 0 && { external: Definition }),
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
