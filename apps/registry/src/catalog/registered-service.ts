import { meshFaults, PROXY_FIELDS, proxyJson } from '../agent/registration/mesh-fields.js';
import { validateMeta } from '../agent/service-meta.js';
import { any, bool, type Decoded, int, listOf, mapOf, optional, struct, text, textAs } from '../go/decode.js';
import { multiErrorText } from '../go/multi-error.js';
import { ConsulError } from '../http/consul-error.js';
import type { ServiceEntry, Unindexed } from '../store/entries.js';
import { serviceAddressFault, serviceNameFault } from './entry-faults.js';
import { CONNECT, LOCALITY, SERVICE_ADDRESS, USUAL_WEIGHTS, WEIGHTS, weightsOrUsual } from './service-fields.js';

const FIELDS = {
  Kind: textAs('structs.ServiceKind'),
  ID: text,
  Service: text,
  Tags: listOf(text, '[]string'),
  Address: text,
  TaggedAddresses: mapOf(SERVICE_ADDRESS, 'map[string]structs.ServiceAddress'),
  Meta: mapOf(text, 'map[string]string'),
  Port: int,
  Ports: listOf(any, 'structs.ServicePorts'),
  SocketPath: text,
  Weights: optional(WEIGHTS),
  EnableTagOverride: bool,
  Proxy: optional(PROXY_FIELDS),
  Connect: optional(CONNECT),
  PeerName: text,
  Locality: optional(LOCALITY),
  CreateIndex: any,
  ModifyIndex: any,
};

type ServiceFields = Decoded<typeof FIELDS>;

/** `Service` of `/v1/catalog/register`. */
export const SERVICE = struct({ name: 'NodeService', type: 'structs.NodeService', fields: FIELDS });

/**
 * A service that runs on a node without an agent.
 *
 * @throws ConsulError 500 with Consul's texts when the catalogue would not take it
 */
export function toService(fields: ServiceFields, node: string): Unindexed<ServiceEntry> {
  refuseService(fields);
  const { ID, Service, Kind, SocketPath, Proxy, Connect, Locality } = fields;
  const id = ID || Service;
  refuseMeta(node, id, fields.Meta);
  return {
    node,
    id,
    name: Service,
    tags: fields.Tags,
    address: fields.Address,
    taggedAddresses: fields.TaggedAddresses,
    meta: fields.Meta,
    port: fields.Port,
    weights: fields.Weights === undefined ? USUAL_WEIGHTS : weightsOrUsual(fields.Weights),
    enableTagOverride: fields.EnableTagOverride,
    ...(Kind !== '' && { kind: Kind }),
    ...(SocketPath !== '' && { socketPath: SocketPath }),
    ...(Proxy !== undefined && { proxy: proxyJson(Proxy) }),
    ...(Connect?.Native === true && { connect: { Native: true } }),
    ...(Locality !== undefined && { locality: Locality }),
  };
}

function refuseService(fields: ServiceFields): void {
  const { ID, Service, Locality, Ports } = fields;
  const nameFault = serviceNameFault({ id: ID, name: Service });
  if (nameFault !== undefined) throw new ConsulError(500, nameFault);
  const faults = [...meshFaults(fields), ...(Locality?.Region === '' && Locality.Zone !== '' ? ['zone cannot be set without region'] : [])];
  if (faults.length > 0) throw new ConsulError(500, multiErrorText(faults));
  const addressFault = serviceAddressFault(fields.Address);
  if (addressFault !== undefined) throw new ConsulError(500, addressFault);
  if (Ports.length > 0) throw new ConsulError(400, 'Ports is not supported by this agent: give one Port');
}

function refuseMeta(node: string, id: string, meta: Readonly<Record<string, string>>): void {
  try {
    validateMeta(meta);
  } catch (error) {
    if (!(error instanceof ConsulError)) throw error;
    const why = error.message.replace(/^Invalid Service Meta: /, '');
    throw new ConsulError(500, `failed inserting service: Invalid Service Meta for node ${node} and serviceID ${id}: ${why}`);
  }
}
