import type { CheckRegistration, ServiceEntry, Unindexed } from '../store/entries.js';
import { NOT_RUN } from './maintenance-checks.js';

/** The id and the name under which a server registers itself in the catalogue. */
export const SERVER_SERVICE = 'consul';
/** The check by which the cluster says that a node is alive. */
export const SERF_HEALTH = 'serfHealth';
/** The version of the Consul HTTP API that is answered: clients look at it before they use newer endpoints. */
export const CONSUL_API_VERSION = '1.22.3';
/** Where Consul's servers talk to each other: part of what they are known by. Nothing listens there here. */
export const SERVER_RPC_PORT = 8300;
export const SERF_LAN_PORT = 8301;
export const SERF_WAN_PORT = 8302;
/** The protocols that a server of that version speaks: servers look at it before they take another into their cluster. */
export const RAFT_VERSION = 3;
export const SERF_PROTOCOL = { min: 1, current: 2, max: 5 };

const SERVER_META = {
  non_voter: 'false',
  raft_version: String(RAFT_VERSION),
  read_replica: 'false',
  serf_protocol_current: String(SERF_PROTOCOL.current),
  serf_protocol_max: String(SERF_PROTOCOL.max),
  serf_protocol_min: String(SERF_PROTOCOL.min),
  version: CONSUL_API_VERSION,
};

/** The server itself, as it is in the catalogue. */
export function serverService(node: string): Unindexed<ServiceEntry> {
  return {
    node,
    id: SERVER_SERVICE,
    name: SERVER_SERVICE,
    tags: [],
    address: '',
    taggedAddresses: {},
    meta: SERVER_META,
    port: SERVER_RPC_PORT,
    weights: { Passing: 1, Warning: 1 },
    enableTagOverride: false,
  };
}

/** The check of this node. */
export function serfHealth(node: string): CheckRegistration {
  return {
    node,
    checkId: SERF_HEALTH,
    name: 'Serf Health Status',
    status: 'passing',
    notes: '',
    output: 'Agent alive and reachable',
    serviceId: '',
    ...NOT_RUN,
  };
}
