import { listOf, mapOf, type StructShape, struct } from '../filter/index.js';

const TEXTS = listOf('string');
const TEXT_BY_NAME = mapOf('string');
const ADDRESSES = mapOf(struct({ Address: 'string', Port: 'int' }));
const WEIGHTS = struct({ Passing: 'int', Warning: 'int' });
const CONNECT = struct({ Native: 'bool' });
const MODE = struct({ Mode: 'string' });
const UPSTREAM = struct({
  DestinationType: 'string',
  DestinationNamespace: 'string',
  DestinationPartition: 'string',
  DestinationPeer: 'string',
  DestinationName: 'string',
  Datacenter: 'string',
  LocalBindAddress: 'string',
  LocalBindPort: 'int',
  LocalBindSocketPath: 'string',
  LocalBindSocketMode: 'string',
  MeshGateway: MODE,
});
const EXPOSED_PATH = struct({
  ListenerPort: 'int',
  Path: 'string',
  LocalPathPort: 'int',
  Protocol: 'string',
  ParsedFromCheck: 'bool',
});
const PROXY = struct({
  DestinationServiceName: 'string',
  DestinationServiceID: 'string',
  LocalServiceAddress: 'string',
  LocalServicePort: 'int',
  LocalServiceSocketPath: 'string',
  Mode: 'string',
  Upstreams: listOf(UPSTREAM),
  MeshGateway: MODE,
  Expose: struct({ Checks: 'bool', Paths: listOf(EXPOSED_PATH) }),
  TransparentProxy: struct({ OutboundListenerPort: 'int', DialedDirectly: 'bool' }),
  AccessLogs: struct({
    Enabled: 'bool',
    DisableListenerLogs: 'bool',
    Type: 'string',
    Path: 'string',
    JSONFormat: 'string',
    TextFormat: 'string',
  }),
  EnvoyExtensions: listOf(struct({ Name: 'string', Required: 'bool', ConsulVersion: 'string', EnvoyVersion: 'string' })),
});

/** What an expression may say of a node. */
export const NODE_SHAPE: StructShape = struct({
  ID: 'string',
  Node: 'string',
  Address: 'string',
  Datacenter: 'string',
  Partition: 'string',
  PeerName: 'string',
  TaggedAddresses: TEXT_BY_NAME,
  Meta: TEXT_BY_NAME,
});

/** What an expression may say of an instance on its node. */
export const SERVICE_SHAPE: StructShape = struct({
  Kind: 'string',
  ID: 'string',
  Service: 'string',
  Tags: TEXTS,
  Address: 'string',
  TaggedAddresses: ADDRESSES,
  Meta: TEXT_BY_NAME,
  Port: 'int',
  SocketPath: 'string',
  Weights: WEIGHTS,
  EnableTagOverride: 'bool',
  Proxy: PROXY,
  Connect: CONNECT,
  PeerName: 'string',
});

/** What an expression may say of an instance in the catalogue. */
export const CATALOG_SERVICE_SHAPE: StructShape = struct({
  ID: 'string',
  Node: 'string',
  Address: 'string',
  Datacenter: 'string',
  TaggedAddresses: TEXT_BY_NAME,
  NodeMeta: TEXT_BY_NAME,
  PeerName: 'string',
  ServiceKind: 'string',
  ServiceID: 'string',
  ServiceName: 'string',
  ServiceTags: TEXTS,
  ServiceAddress: 'string',
  ServiceTaggedAddresses: ADDRESSES,
  ServiceWeights: WEIGHTS,
  ServiceMeta: TEXT_BY_NAME,
  ServicePort: 'int',
  ServiceSocketPath: 'string',
  ServiceEnableTagOverride: 'bool',
  ServiceProxy: PROXY,
  ServiceConnect: CONNECT,
});

/** What an expression may say of a check. */
export const CHECK_SHAPE: StructShape = struct({
  Node: 'string',
  CheckID: 'string',
  Name: 'string',
  Status: 'string',
  Notes: 'string',
  Output: 'string',
  ServiceID: 'string',
  ServiceName: 'string',
  ServiceTags: TEXTS,
  Type: 'string',
  Interval: 'string',
  Timeout: 'string',
  ExposedPort: 'int',
  PeerName: 'string',
});

/** What an expression may say of an instance with its node and its checks. */
export const HEALTH_SHAPE: StructShape = struct({ Node: NODE_SHAPE, Service: SERVICE_SHAPE, Checks: listOf(CHECK_SHAPE) });
