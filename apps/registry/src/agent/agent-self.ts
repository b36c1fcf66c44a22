import type { NodeEntry } from '../store/entries.js';
import { SERVER_RPC_PORT } from './server-identity.js';

/** Who this agent is. */
export interface AgentIdentity {
  readonly nodeName: string;
  readonly nodeId: string;
  readonly datacenter: string;
  readonly address: string;
  /** The version of this program. */
  readonly version: string;
}

/** The version of the Consul HTTP API that is answered: clients look at it before they use newer endpoints. */
export const CONSUL_API_VERSION = '1.22.0';
const SERF_PORT = 8301;
const ALIVE = 1;

/** `GET /v1/agent/self`. */
export function selfJson(identity: AgentIdentity, node: NodeEntry | undefined) {
  return {
    Config: {
      Datacenter: identity.datacenter,
      PrimaryDatacenter: identity.datacenter,
      NodeName: identity.nodeName,
      NodeID: identity.nodeId,
      Partition: '',
      Revision: `causeway-${identity.version}`,
      Server: true,
      Version: CONSUL_API_VERSION,
      BuildDate: '1970-01-01T00:00:01Z',
    },
    Coord: null,
    DebugConfig: {},
    Member: memberJson(identity),
    Meta: node?.meta ?? {},
    Stats: {},
    xDS: { SupportedProxies: {} },
  };
}

/** One entry of `GET /v1/agent/members`. */
export function memberJson({ nodeName, nodeId, datacenter, address }: AgentIdentity) {
  return {
    Name: nodeName,
    Addr: address,
    Port: SERF_PORT,
    Tags: { build: CONSUL_API_VERSION, dc: datacenter, id: nodeId, port: String(SERVER_RPC_PORT), role: 'consul', vsn: '2' },
    Status: ALIVE,
    ProtocolMin: 1,
    ProtocolMax: 5,
    ProtocolCur: 2,
    DelegateMin: 2,
    DelegateMax: 5,
    DelegateCur: 4,
  };
}
