import { cutOutput } from '../agent/checks/check-result.js';
import { any, bool, decodeBody, type GoType, int, listOf, mapOf, optional, struct, text, textAs } from '../go/decode.js';
import { ConsulError } from '../http/consul-error.js';
import type { CheckRegistration, NodeEntry, Unindexed } from '../store/entries.js';
import type { Registration } from '../store/tables/registration.js';
import { DEFINITION, definitionJson, typeOfDefinition } from './check-definition-json.js';
import { nodeFault } from './entry-faults.js';
import { SERVICE, toService } from './registered-service.js';

const TEXTS_BY_NAME = mapOf(text, 'map[string]string');
const INDEXES = { CreateIndex: any, ModifyIndex: any };

const CHECK = struct({
  name: 'HealthCheck',
  type: 'structs.HealthCheck',
  fields: {
    Node: text,
    CheckID: textAs('types.CheckID'),
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
type CheckFields = ReturnType<typeof CHECK.read>;

/**
 * Reads the body of `/v1/catalog/register`.
 *
 * @throws ConsulError with Consul's texts
 */
export function decodeRegistration(body: Buffer, datacenter: string): Registration {
  const fields = decode(body, REGISTRATION);
  refusePeer(fields);
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
  const fields = decode(body, DEREGISTRATION);
  requireDatacenter(fields.Datacenter, datacenter);
  if (fields.Node === '') throw new ConsulError(500, 'Must provide node');
  return { node: fields.Node, serviceId: fields.ServiceID, checkId: fields.CheckID };
}

function decode<T>(body: Buffer, type: GoType<T>): T {
  try {
    return decodeBody(body, type);
  } catch (error) {
    if (!(error instanceof ConsulError) || !error.message.endsWith('unknown field "Namespace"')) throw error;
    throw new ConsulError(error.status, `${error.message} - Namespaces are a Consul Enterprise feature`);
  }
}

function refusePeer({ PeerName, Service, Check, Checks }: RegistrationFields): void {
  const peers = [PeerName, Service?.PeerName, Check?.PeerName, ...Checks.map((check) => check.PeerName)];
  if (peers.some((peer) => peer !== undefined && peer !== '')) {
    throw new ConsulError(500, 'cannot register requests with PeerName in them');
  }
}

function requireDatacenter(given: string, datacenter: string): void {
  if (given !== '' && given !== datacenter) throw new ConsulError(500, 'No path to datacenter');
}

function toNode({ ID, Node, Address, NodeMeta, TaggedAddresses, SkipNodeUpdate }: RegistrationFields): Unindexed<NodeEntry> {
  const fault = nodeFault({ id: ID, name: Node });
  if (fault !== undefined) throw new ConsulError(500, fault);
  if (Address === '' && !SkipNodeUpdate) throw new ConsulError(500, 'Must provide address if SkipNodeUpdate is not set');
  return { id: ID, name: Node, address: Address, meta: NodeMeta, taggedAddresses: TaggedAddresses };
}

function toCheck(fields: CheckFields, node: string): CheckRegistration {
  const { CheckID, Name, Node } = fields;
  const external = definitionJson(fields.Definition);
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
    type: fields.Type || typeOfDefinition(fields.Definition),
    interval: fields.Interval,
    timeout: fields.Timeout,
    definition: {},
    ...(Object.keys(external).length > 0 && { external }),
  };
}
