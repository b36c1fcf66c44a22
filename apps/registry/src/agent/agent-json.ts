import { checkHead, checkJson } from '../catalog/catalog-json.js';
import { contentHash } from '../http/blocking-query.js';
import type { CheckEntry, ServiceEntry } from '../store/entries.js';
import { isOfMesh } from './registration/mesh-fields.js';

/** The health of a service says nothing of how its checks are made. */
const NO_DEFINITION = {
  Interval: '0s',
  Timeout: '0s',
  DeregisterCriticalServiceAfter: '0s',
  HTTP: '',
  Header: null,
  Method: '',
  Body: '',
  TLSServerName: '',
  TLSSkipVerify: false,
  TCP: '',
  TCPUseTLS: false,
  UDP: '',
  GRPC: '',
  OSService: '',
  GRPCUseTLS: false,
};

/** A service as the agent's own lists write it. */
export function agentServiceJson(service: ServiceEntry, datacenter: string) {
  return { ...head(service), ...tail(service, datacenter) };
}

/** A service as the agent writes it alone: with a hash of what it is. */
export function hashedServiceJson(service: ServiceEntry, datacenter: string) {
  const [first, last] = [head(service), tail(service, datacenter)];
  return { ...first, ContentHash: contentHash({ ...first, ...last }), ...last };
}

function head(service: ServiceEntry) {
  const { kind, socketPath, taggedAddresses } = service;
  return {
    ...(kind !== undefined && { Kind: kind }),
    ID: service.id,
    Service: service.name,
    Tags: service.tags,
    Meta: service.meta,
    Port: service.port,
    Address: service.address,
    ...(socketPath !== undefined && { SocketPath: socketPath }),
    ...(Object.keys(taggedAddresses).length > 0 && { TaggedAddresses: taggedAddresses }),
    Weights: service.weights,
    EnableTagOverride: service.enableTagOverride,
  };
}

function tail({ kind, proxy, connect, locality }: ServiceEntry, datacenter: string) {
  return {
    ...(proxy !== undefined && isOfMesh(kind) && { Proxy: proxy }),
    ...(connect !== undefined && { Connect: connect }),
    Datacenter: datacenter,
    ...(locality !== undefined && { Locality: locality }),
  };
}

/** A check as the agent's own list writes it: without the indexes of the catalogue. */
export function agentCheckJson(check: CheckEntry) {
  return { ...checkJson(check), Definition: {}, CreateIndex: 0, ModifyIndex: 0 };
}

/** A check as the health of a service of the agent writes it. */
export function healthCheckJson(check: CheckEntry) {
  return {
    ...checkHead(check),
    ServiceTags: check.serviceTags.length === 0 ? null : check.serviceTags,
    Type: '',
    ExposedPort: 0,
    Definition: NO_DEFINITION,
    CreateIndex: 0,
    ModifyIndex: 0,
  };
}
