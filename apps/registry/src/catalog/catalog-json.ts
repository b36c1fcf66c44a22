import { isEmpty, omitEmpty } from '../go/omit-empty.js';
import type { CheckEntry, Indexed, NodeEntry, ServiceEntry } from '../store/entries.js';

/** A node as the catalogue and health endpoints write it. */
export function nodeJson(node: NodeEntry, datacenter: string) {
  return { ...nodeHead(node, datacenter), Meta: orNull(node.meta), ...indexesOf(node) };
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
    Proxy: proxyJson(service),
    Connect: service.connect ?? {},
    PeerName: '',
    ...(locality !== undefined && { Locality: omitEmpty(locality) }),
    ...indexesOf(service),
  };
}

/** A service instance with its node, as the catalogue writes it. */
export function catalogServiceJson(service: ServiceEntry, node: NodeEntry, datacenter: string) {
  return {
    ...nodeHead(node, datacenter),
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
    ServiceProxy: proxyJson(service),
    ServiceConnect: service.connect ?? {},
    ServiceLocality: service.locality === undefined ? null : omitEmpty(service.locality),
    ...indexesOf(service),
  };
}

/** A check as the catalogue and health endpoints write it. */
export function checkJson(check: CheckEntry) {
  return {
    ...checkHead(check),
    ServiceTags: check.serviceTags,
    Type: check.type,
    Interval: check.interval,
    Timeout: check.timeout,
    ExposedPort: 0,
    Definition: check.external ?? {},
    ...indexesOf(check),
  };
}

/** The part of a check that is written alike everywhere. */
export function checkHead(check: CheckEntry) {
  return {
    Node: check.node,
    CheckID: check.checkId,
    Name: check.name,
    Status: check.status,
    Notes: check.notes,
    Output: check.output,
    ServiceID: check.serviceId,
    ServiceName: check.serviceName,
  };
}

function nodeHead(node: NodeEntry, datacenter: string) {
  return {
    ID: node.id,
    Node: node.name,
    Address: node.address,
    Datacenter: datacenter,
    TaggedAddresses: orNull(node.taggedAddresses),
  };
}

function indexesOf({ createIndex, modifyIndex }: Indexed) {
  return { CreateIndex: createIndex, ModifyIndex: modifyIndex };
}

const NO_PROXY = { Mode: '', MeshGateway: {}, Expose: {} };
const NO_UPSTREAM = { DestinationType: '', DestinationName: '', Datacenter: '' };

/** The catalogue says also what is empty of a proxy and its upstreams. */
function proxyJson({ proxy }: ServiceEntry): Readonly<Record<string, unknown>> {
  if (proxy === undefined) return NO_PROXY;
  const upstreams = Array.isArray(proxy.Upstreams) && proxy.Upstreams.map((upstream: object) => ({ ...NO_UPSTREAM, ...upstream }));
  return { ...NO_PROXY, ...proxy, ...(upstreams && { Upstreams: upstreams }) };
}

function orNull<T extends object>(values: T): T | null {
  return isEmpty(values) ? null : values;
}
