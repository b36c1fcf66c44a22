import { isAnyAddress } from '../../any-address.js';
import { CONNECT, LOCALITY, MAX_WEIGHT, SERVICE_ADDRESS, USUAL_WEIGHTS, WEIGHTS } from '../../catalog/service-fields.js';
import { any, bool, type Decoded, decodeBody, int, listOf, mapOf, optional, struct, text } from '../../go/decode.js';
import { multiErrorText } from '../../go/multi-error.js';
import { ConsulError } from '../../http/consul-error.js';
import type { CheckRegistration, ServiceEntry, Unindexed } from '../../store/entries.js';
import { byFamily } from '../node/advertised-address.js';
import { validateMeta } from '../service-meta.js';
import { type DecodedCheck, isGiven, readStatus, refuseTypes, SERVICE_CHECK, toCheck, validateCheck } from './check-definition.js';
import { PROXY_FIELDS, proxyOf, refuseMesh } from './mesh-fields.js';

/** A service and its checks, as a registration says them. */
export interface DecodedService {
  readonly service: Unindexed<ServiceEntry>;
  readonly checks: CheckRegistration[];
}

type ServiceFields = Decoded<typeof FIELDS>;

const FIELDS = {
  Kind: text,
  ID: text,
  Name: text,
  Tags: listOf(text, '[]string'),
  Address: text,
  TaggedAddresses: mapOf(SERVICE_ADDRESS, 'map[string]structs.ServiceAddress'),
  Meta: mapOf(text, 'map[string]string'),
  Port: int,
  Ports: listOf(any, 'structs.ServicePorts'),
  SocketPath: text,
  Check: optional(SERVICE_CHECK),
  Checks: listOf(SERVICE_CHECK, 'structs.CheckTypes'),
  Weights: optional(WEIGHTS),
  Token: text,
  EnableTagOverride: bool,
  Proxy: optional(PROXY_FIELDS),
  Connect: optional(CONNECT),
  Locality: optional(LOCALITY),
};

const SERVICE = struct({
  name: '',
  type: 'struct { EnableTagOverrideSnake bool "json:\\"enable_tag_override\\""; TaggedAddressesSnake map[string]structs.ServiceAddress "json:\\"tagged_addresses\\""; *structs.Alias }',
  embedded: 'Alias.',
  fields: FIELDS,
  aliases: { enable_tag_override: 'EnableTagOverride', tagged_addresses: 'TaggedAddresses' },
});

/**
 * Reads the body of a service registration.
 *
 * @throws ConsulError with Consul's texts
 */
export function decodeService(body: Buffer, node: string): DecodedService {
  const fields = decodeBody(body, SERVICE);
  const given = givenChecks(fields).map((check) => ({ fields: check, check: toCheck(check.CheckID, check) }));
  if (fields.Name === '') throw new ConsulError(400, 'Missing service name');
  if (isAnyAddress(fields.Address)) throw new ConsulError(400, 'Invalid service address');
  validateWeights(fields.Weights);
  validateMeta(fields.Meta);
  refuseMesh(fields);
  validateLocality(fields.Locality);
  for (const { fields: check } of given) validateCheck(check);
  const service = toService(fields, node);
  const checks = given.map(({ check }, at, all) => toRegistration(check, service, all.length > 1 ? `:${at + 1}` : ''));
  for (const { fields: check } of given) refuseTypes(check);
  return { service, checks };
}

function givenChecks({ Check, Checks }: ServiceFields) {
  return [...(Check !== undefined && isGiven(Check) ? [Check] : []), ...Checks];
}

function toService(fields: ServiceFields, node: string): Unindexed<ServiceEntry> {
  const proxy = proxyOf(fields);
  const { ID, Name, Address, Port, TaggedAddresses, Locality, Connect, Kind, SocketPath } = fields;
  return {
    node,
    id: ID || Name,
    name: Name,
    tags: fields.Tags,
    address: Address,
    taggedAddresses: { ...byFamily(Address, { Address, Port }), ...TaggedAddresses },
    meta: fields.Meta,
    port: Port,
    weights: fields.Weights ?? USUAL_WEIGHTS,
    enableTagOverride: fields.EnableTagOverride,
    ...(Kind !== '' && { kind: Kind }),
    ...(SocketPath !== '' && { socketPath: SocketPath }),
    ...(proxy !== undefined && { proxy }),
    ...(Connect?.Native === true && { connect: { Native: true } }),
    ...(Locality !== undefined && { locality: Locality }),
  };
}

function toRegistration(check: DecodedCheck, service: Unindexed<ServiceEntry>, suffix: string): CheckRegistration {
  const { id, name, notes, type, interval, timeout, definition } = check;
  const status = readStatus(check.status);
  if (status === undefined) throw new ConsulError(400, `Status for checks must 'passing', 'warning', 'critical'`);
  return {
    node: service.node,
    checkId: id || `service:${service.id}${suffix}`,
    name: name || `Service '${service.name}' check`,
    status,
    notes,
    output: '',
    serviceId: service.id,
    type,
    interval,
    timeout,
    definition,
  };
}

function validateWeights(weights: ServiceFields['Weights']): void {
  if (weights === undefined) return;
  const { Passing, Warning } = weights;
  const refuse = (why: string) => new ConsulError(400, `Invalid Weights: ${why}`);
  if (Passing < 1) throw refuse('Passing must be greater than 0');
  if (Warning < 0) throw refuse('Warning must be greater or equal than 0');
  if (Passing > MAX_WEIGHT || Warning > MAX_WEIGHT) throw refuse('DNS Weight must be between 0 and 65535');
}

function validateLocality(locality: ServiceFields['Locality']): void {
  if (locality === undefined || locality.Zone === '' || locality.Region !== '') return;
  throw new ConsulError(400, `Validation failed: ${multiErrorText(['zone cannot be set without region'])}`);
}
