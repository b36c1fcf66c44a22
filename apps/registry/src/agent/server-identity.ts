import type { CheckRegistration, ServiceEntry, Unindexed } from '../store/entries.js';
import { NOT_RUN } from './maintenance-checks.js';

/** The id and the name under which a server registers itself in the catalogue. */
export const SERVER_SERVICE = 'consul';
/** The check by which the cluster says that a node is alive. */
export const SERF_HEALTH = 'serfHealth';
/** Where Consul's servers answer RPC: part of what they are known by. Nothing listens there here. */
export const SERVER_RPC_PORT = 8300;

/** The server itself, as it is in the catalogue. */
export function serverService(node: string): Unindexed<ServiceEntry> {
  return {
    node,
    id: SERVER_SERVICE,
    name: SERVER_SERVICE,
    tags: [],
    address: '',
    taggedAddresses: {},
    meta: {},
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
