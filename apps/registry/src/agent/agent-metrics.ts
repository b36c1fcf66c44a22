import type { RegistryState } from '../store/registry-state.js';

/** `GET /v1/agent/metrics`: of Consul's gauges those that there are here. */
export function metricsJson(state: RegistryState, nodeName: string) {
  const { rss, heapUsed } = process.memoryUsage();
  const { services } = state.catalog.usage();
  const gauges: Record<string, number> = {
    'raft.applied_index': state.index,
    'raft.last_index': state.index,
    'runtime.alloc_bytes': heapUsed,
    'runtime.sys_bytes': rss,
    'server.isLeader': 1,
    'session_ttl.active': state.sessions.usage().sessions,
    'state.kv_entries': state.kv.size,
    'state.nodes': [...state.catalog.allNodes()].length,
    'state.service_instances': services,
    'state.services': [...state.catalog.allServices()].length,
  };
  return {
    Timestamp: `${new Date().toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`,
    Gauges: Object.entries(gauges).map(([name, value]) => ({ Name: `consul.${nodeName}.${name}`, Value: value, Labels: {} })),
    Points: [],
    Counters: [],
    Samples: [],
  };
}
