import { hostname } from 'node:os';
import type { RegistryState } from '../../store/registry-state.js';

/** `GET /v1/agent/metrics`: of Consul's gauges those that mean the same here, under the name of the host as Consul writes it. */
export function metricsJson(state: RegistryState, datacenter: string) {
  const { rss, heapUsed } = process.memoryUsage();
  const expiring = [...state.sessions.all()].filter(({ ttl }) => ttl !== '');
  const ofAgent = {
    'raft.applied_index': state.index,
    'raft.last_index': state.index,
    'runtime.alloc_bytes': heapUsed,
    'runtime.sys_bytes': rss,
    'server.isLeader': 1,
    'session_ttl.active': expiring.length,
  };
  const ofState = {
    'state.kv_entries': state.kv.size,
    'state.nodes': [...state.catalog.allNodes()].length,
    'state.service_instances': state.catalog.usage().services,
    'state.services': [...state.catalog.allServices()].length,
  };
  return {
    Timestamp: `${new Date().toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`,
    Gauges: [...gauges(ofAgent, {}), ...gauges(ofState, { datacenter })],
    Points: [],
    Counters: [],
    Samples: [],
  };
}

function gauges(values: Readonly<Record<string, number>>, labels: Readonly<Record<string, string>>) {
  return Object.entries(values).map(([name, value]) => ({ Name: `consul.${hostname()}.${name}`, Value: value, Labels: labels }));
}
