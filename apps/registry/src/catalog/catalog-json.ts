import type { CheckEntry, NodeEntry, ServiceEntry } from '../store/entries.js';

/** A node as the catalogue and health endpoints write it. */
export function nodeJson(node: NodeEntry, datacenter: string) {
  return {
    ID: node.id,
    Node: node.name,
    Address: node.address,
    Datacenter: datacenter,
    TaggedAddresses: orNull(node.taggedAddresses),
    Meta: orNull(node.meta),
    CreateIndex: node.createIndex,
    ModifyIndex: node.modifyIndex,
  };
}

/** A service instance as the health and node endpoints write it. */
export function serviceJson(service: ServiceEntry) {
  const { kind, socketPath, locality, taggedAddresses } = service;
  return {
    ...(kind !== undefined && { Kind: kind }),
    ID: service.id,
    Service: service.name,
    Tags: service.tags,
    Address: service.address,
    ...(!isEmpty(taggedAddresses) && { TaggedAddresses: taggedAddresses }),
    Meta: orNull(service.meta),
    ...(service.port !== 0 && { Port: service.port }),
    ...(socketPath !== undefined && { SocketPath: socketPath }),
    Weights: service.weights,
    EnableTagOverride: service.enableTagOverride,
    Proxy: { ...NO_PROXY, ...service.proxy },
    Connect: service.connect ?? {},
    PeerName: '',
    ...(locality !== undefined && { Locality: locality }),
    CreateIndex: service.createIndex,
    ModifyIndex: service.modifyIndex,
  };
}

/** A service instance with its node, as the catalogue writes it. */
export function catalogServiceJson(service: ServiceEntry, node: NodeEntry, datacenter: string) {
  return {
    ID: node.id,
    Node: node.name,
    Address: node.address,
    Datacenter: datacenter,
    TaggedAddresses: orNull(node.taggedAddresses),
    NodeMeta: orNull(node.meta),
    ServiceKind: service.kind ?? '',
    ServiceID: service.id,
    ServiceName: service.name,
    ServiceTags: service.tags,
    ServiceAddress: service.address,
    ...(!isEmpty(service.taggedAddresses) && { ServiceTaggedAddresses: service.taggedAddresses }),
    ServiceWeights: service.weights,
    ServiceMeta: service.meta,
    ServicePort: service.port,
    ServicePorts: null,
    ServiceSocketPath: service.socketPath ?? '',
    ServiceEnableTagOverride: service.enableTagOverride,
    ServiceProxy: { ...NO_PROXY, ...service.proxy },
    ServiceConnect: service.connect ?? {},
    ServiceLocality: service.locality ?? null,
    CreateIndex: service.createIndex,
    ModifyIndex: service.modifyIndex,
  };
}

/** A check as the catalogue and health endpoints write it. */
export function checkJson(check: CheckEntry) {
  return {
    Node: check.node,
    CheckID: check.checkId,
    Name: check.name,
    Status: check.status,
    Notes: check.notes,
    Output: check.output,
    ServiceID: check.serviceId,
    ServiceName: check.serviceName,
    ServiceTags: check.serviceTags,
    Type: check.type,
    Interval: check.interval,
    Timeout: check.timeout,
    ExposedPort: 0,
    Definition: check.external ?? {},
    CreateIndex: check.createIndex,
    ModifyIndex: check.modifyIndex,
  };
}

const NO_PROXY = { Mode: '', MeshGateway: {}, Expose: {} };

function orNull<T extends object>(values: T): T | null {
  return isEmpty(values) ? null : values;
}

function isEmpty(values: object): boolean {
  for (const _name in values) return false;
  return true;
}
