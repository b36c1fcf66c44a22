import { any, bool, bytes, type Decoded, int, listOf, mapOf, optional, struct, text, textAs, uint64 } from '../go/decode.js';
import { CHECK_DEFINITION } from './txn-check-definition.js';

const TENANCY = { Namespace: text, Partition: text };
const INDEXES = { CreateIndex: uint64, ModifyIndex: uint64 };
const TEXTS = listOf(text, '[]string');
const TEXT_MAP = mapOf(text, 'map[string]string');
const LOCALITY = optional(struct({ name: 'Locality', type: 'api.Locality', fields: { Region: text, Zone: text } }));

const KV_FIELDS = { Verb: textAs('api.KVOp'), Key: text, Value: bytes, Flags: uint64, Index: uint64, Session: text, ...TENANCY };

const NODE_FIELDS = {
  ...{ ID: text, Node: text, Address: text, Datacenter: text, TaggedAddresses: TEXT_MAP, Meta: TEXT_MAP },
  ...{ ...INDEXES, Partition: text, PeerName: text, Locality: LOCALITY },
};

const ADDRESS = struct({ name: 'ServiceAddress', type: 'api.ServiceAddress', fields: { Address: text, Port: int } });
const WEIGHTS = struct({ name: 'AgentWeights', type: 'api.AgentWeights', fields: { Passing: int, Warning: int } });
const SERVICE_FIELDS = {
  ...{ Kind: textAs('api.ServiceKind'), ID: text, Service: text, Tags: TEXTS, Meta: TEXT_MAP, Port: int, Address: text, SocketPath: text },
  TaggedAddresses: mapOf(ADDRESS, 'map[string]api.ServiceAddress'),
  Weights: WEIGHTS,
  // Of the mesh: passed over.
  ...{ EnableTagOverride: bool, ContentHash: text, Ports: any, Proxy: any, Connect: any },
  ...{ ...INDEXES, ...TENANCY, PeerName: text, Datacenter: text, Locality: LOCALITY },
};

const CHECK_FIELDS = {
  ...{ Node: text, CheckID: text, Name: text, Status: text, Notes: text, Output: text, ServiceID: text, ServiceName: text },
  ...{ ServiceTags: TEXTS, Type: text, Interval: text, Timeout: text, ExposedPort: int, Definition: CHECK_DEFINITION },
  ...{ ...INDEXES, ...TENANCY, PeerName: text },
};

const NODE = struct({ name: 'Node', type: 'api.Node', fields: NODE_FIELDS });
const SERVICE = struct({ name: 'AgentService', type: 'api.AgentService', fields: SERVICE_FIELDS });
const CHECK = struct({ name: 'HealthCheck', type: 'api.HealthCheck', fields: CHECK_FIELDS });

const KV_OP = struct({ name: 'KVTxnOp', type: 'api.KVTxnOp', fields: KV_FIELDS });
const NODE_OP = struct({ name: 'NodeTxnOp', type: 'api.NodeTxnOp', fields: { Verb: textAs('api.NodeOp'), Node: NODE } });
const SERVICE_OP = struct({
  name: 'ServiceTxnOp',
  type: 'api.ServiceTxnOp',
  fields: { Verb: textAs('api.ServiceOp'), Node: text, Service: SERVICE },
});
const CHECK_OP = struct({ name: 'CheckTxnOp', type: 'api.CheckTxnOp', fields: { Verb: textAs('api.CheckOp'), Check: CHECK } });

const OP_FIELDS = { KV: optional(KV_OP), Node: optional(NODE_OP), Service: optional(SERVICE_OP), Check: optional(CHECK_OP) };

/** One operation as it is sent: of the kind that it names first, in this order. */
export type OpFields = Decoded<typeof OP_FIELDS>;

/** The fields of one kind of operation. */
export type FieldsOf<K extends keyof OpFields> = NonNullable<OpFields[K]>;

/** The body of `/v1/txn`, in the structs of Consul's `api` package. */
export const TXN_OPS = listOf(struct({ name: 'TxnOp', type: 'api.TxnOp', fields: OP_FIELDS }), 'api.TxnOps');
