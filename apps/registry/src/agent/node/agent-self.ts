import { arch, availableParallelism, platform } from 'node:os';
import { STORE_LIMITS } from '../../limits.js';
import type { NodeEntry } from '../../store/entries.js';
import { CONSUL_API_VERSION, RAFT_VERSION, SERF_LAN_PORT, SERF_PROTOCOL, SERF_WAN_PORT, SERVER_RPC_PORT } from '../server-identity.js';
import { joinHostPort, nodeAddresses } from './advertised-address.js';

/** Who this agent is. */
export interface AgentIdentity {
  readonly nodeName: string;
  readonly nodeId: string;
  readonly datacenter: string;
  readonly address: string;
  /** The version of this program. */
  readonly version: string;
}

/** What {@link selfJson} tells of the state. */
export interface AgentCounts {
  readonly services: number;
  readonly checks: number;
  readonly index: number;
}

const ALIVE = 1;
const BUILD_DATE = '1970-01-01T00:00:01Z';

/** `GET /v1/agent/self`. */
export function selfJson(identity: AgentIdentity, node: NodeEntry | undefined, counts: AgentCounts) {
  const { datacenter, nodeName, nodeId, address, version } = identity;
  const revision = `causeway-${version}`;
  return {
    Config: {
      Datacenter: datacenter,
      PrimaryDatacenter: datacenter,
      NodeName: nodeName,
      NodeID: nodeId,
      Revision: revision,
      Server: true,
      Version: CONSUL_API_VERSION,
      BuildDate: BUILD_DATE,
      BindAddr: address,
    },
    DebugConfig: debugConfig(identity, revision),
    Coord: { Vec: [0, 0, 0, 0, 0, 0, 0, 0], Error: 1.5, Adjustment: 0, Height: 0.00001 },
    Member: memberJson(identity),
    Stats: stats(identity, revision, counts),
    Meta: node?.meta ?? {},
  };
}

/** `GET /v1/agent/version`. */
export function versionJson({ version }: AgentIdentity) {
  return { SHA: `causeway-${version}`, BuildDate: BUILD_DATE, HumanVersion: CONSUL_API_VERSION, FIPS: '' };
}

/** One entry of `GET /v1/agent/members`. */
export function memberJson({ nodeName, nodeId, datacenter, address }: AgentIdentity, isWan = false) {
  return {
    Name: isWan ? `${nodeName}.${datacenter}` : nodeName,
    Addr: address,
    Port: isWan ? SERF_WAN_PORT : SERF_LAN_PORT,
    Tags: {
      acls: '0',
      build: `${CONSUL_API_VERSION}:`,
      dc: datacenter,
      ft_fs: '1',
      ft_si: '1',
      id: nodeId,
      port: String(SERVER_RPC_PORT),
      raft_vsn: String(RAFT_VERSION),
      role: 'consul',
      segment: '',
      vsn: '2',
      vsn_max: '3',
      vsn_min: '2',
      ...(!isWan && { wan_join_port: String(SERF_WAN_PORT) }),
    },
    Status: ALIVE,
    ProtocolMin: SERF_PROTOCOL.min,
    ProtocolMax: SERF_PROTOCOL.max,
    ProtocolCur: SERF_PROTOCOL.current,
    DelegateMin: 2,
    DelegateMax: 5,
    DelegateCur: 4,
  };
}

/** Of the many settings of Consul those that say something of this agent. */
function debugConfig({ datacenter, nodeName, nodeId, address }: AgentIdentity, revision: string) {
  return {
    ACLsEnabled: false,
    AdvertiseAddrLAN: address,
    AdvertiseAddrWAN: address,
    BindAddr: address,
    CheckDeregisterIntervalMin: '1m0s',
    CheckOutputMaxSize: 4096,
    CheckReapInterval: '30s',
    CheckUpdateInterval: '5m0s',
    ConnectEnabled: false,
    Datacenter: datacenter,
    DefaultQueryTime: '5m0s',
    DevMode: false,
    EnableLocalScriptChecks: false,
    EnableRemoteScriptChecks: false,
    KVMaxValueSize: 524_288,
    LeaveOnTerm: false,
    MaxQueryTime: '10m0s',
    NodeID: nodeId,
    NodeMeta: {},
    NodeName: nodeName,
    PrimaryDatacenter: datacenter,
    RPCAdvertiseAddr: `tcp://${joinHostPort(address, SERVER_RPC_PORT)}`,
    Revision: revision,
    SerfAdvertiseAddrLAN: `tcp://${joinHostPort(address, SERF_LAN_PORT)}`,
    SerfAdvertiseAddrWAN: `tcp://${joinHostPort(address, SERF_WAN_PORT)}`,
    SerfPortLAN: SERF_LAN_PORT,
    SerfPortWAN: SERF_WAN_PORT,
    ServerMode: true,
    ServerPort: SERVER_RPC_PORT,
    TaggedAddresses: nodeAddresses(address),
    TxnMaxReqLen: 524_288,
    Version: CONSUL_API_VERSION,
    VersionMetadata: '',
    VersionPrerelease: '',
  };
}

function stats({ address }: AgentIdentity, revision: string, { services, checks, index }: AgentCounts) {
  const last = String(index);
  return {
    agent: { check_monitors: '0', check_ttls: '0', checks: String(checks), services: String(services) },
    build: { prerelease: '', revision, version: CONSUL_API_VERSION, version_metadata: '' },
    consul: {
      acl: 'disabled',
      bootstrap: 'true',
      known_datacenters: '1',
      leader: 'true',
      leader_addr: joinHostPort(address, SERVER_RPC_PORT),
      server: 'true',
    },
    limits: Object.fromEntries(Object.entries(STORE_LIMITS).map(([name, limit]) => [name, String(limit)])),
    raft: { applied_index: last, commit_index: last, last_log_index: last, num_peers: '0', state: 'Leader' },
    runtime: {
      arch: arch(),
      cpu_count: String(availableParallelism()),
      max_procs: String(availableParallelism()),
      os: platform(),
      version: process.version,
    },
    serf_lan: { failed: '0', health_score: '0', left: '0', members: '1' },
    serf_wan: { failed: '0', health_score: '0', left: '0', members: '1' },
  };
}
