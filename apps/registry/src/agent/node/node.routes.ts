import { mapOf, struct } from '../../filter/index.js';
import { multiErrorText } from '../../go/multi-error.js';
import { ConsulError } from '../../http/consul-error.js';
import type { ConsulRequest, ConsulResponse } from '../../http/consul-request.js';
import type { Handler, Route } from '../../http/router.js';
import type { DurableStore } from '../../store/durable-store.js';
import { communityOnly } from '../community-only.js';
import { filtered } from '../filtered.js';
import type { LocalAgent } from '../local-agent.js';
import { readMaintenance } from '../read-maintenance.js';
import { SERF_LAN_PORT, SERF_WAN_PORT } from '../server-identity.js';
import { type AgentIdentity, memberJson, selfJson, versionJson } from './agent-self.js';
import { hostJson } from './host-info.js';
import { join } from './join.js';
import { metricsJson } from './metrics.js';

const MEMBER_SHAPE = struct({
  Name: 'string',
  Port: 'int',
  Tags: mapOf('string'),
  Status: 'int',
  ProtocolMin: 'int',
  ProtocolMax: 'int',
  ProtocolCur: 'int',
  DelegateMin: 'int',
  DelegateMax: 'int',
  DelegateCur: 'int',
});
const ALL_SEGMENTS = '_all';
const JSON_TYPE = 'application/json; charset=utf-8';
const NO_PROMETHEUS = 'Prometheus is not enabled since its retention time is not positive';

/** `/v1/agent/`: this node itself, and the cluster that it is all of. */
export function nodeRoutes(agent: LocalAgent, identity: AgentIdentity, { state }: DurableStore): Route[] {
  return [
    { path: '/v1/agent/self', methods: { GET: () => ({ json: showSelf(agent, identity, state) }) } },
    { path: '/v1/agent/members', methods: { GET: communityOnly(listMembers(identity), ['partition']) } },
    { path: '/v1/agent/version', methods: { GET: () => ({ json: versionJson(identity) }) } },
    { path: '/v1/agent/host', methods: { GET: async () => ({ json: await hostJson() }) } },
    { path: '/v1/agent/metrics', methods: { GET: showMetrics(identity, state) } },
    // Settings are read at the start alone.
    { path: '/v1/agent/reload', methods: { PUT: () => ({}) } },
    { path: '/v1/agent/leave', methods: { PUT: refuseToLeave } },
    { path: '/v1/agent/join/', methods: { PUT: communityOnly(joinNode(identity), ['partition']) } },
    { path: '/v1/agent/force-leave/', methods: { PUT: communityOnly(forceLeave(identity), ['partition']) } },
    { path: '/v1/agent/maintenance', methods: { PUT: setMaintenance(agent) } },
  ];
}

function showSelf(agent: LocalAgent, identity: AgentIdentity, { catalog, index }: DurableStore['state']) {
  const counts = { services: [...agent.services()].length, checks: [...agent.checks()].length, index };
  return selfJson(identity, catalog.node(identity.nodeName), counts);
}

function listMembers(identity: AgentIdentity): Handler {
  return (request) => {
    const segment = request.query.get('segment') ?? '';
    if (segment !== '' && segment !== ALL_SEGMENTS)
      throw new ConsulError(500, 'Network segments are not supported in this version of Consul');
    return { json: filtered(request, MEMBER_SHAPE, [memberJson(identity, isWan(request))]) };
  };
}

function showMetrics({ datacenter }: AgentIdentity, state: DurableStore['state']): Handler {
  return ({ query }) => {
    if (query.get('format') === 'prometheus') return { headers: { 'content-type': JSON_TYPE, 'x-consul-reason': NO_PROMETHEUS } };
    return { json: metricsJson(state, datacenter) };
  };
}

function refuseToLeave(): ConsulResponse {
  throw new ConsulError(500, 'This agent is all of its cluster and cannot leave it: stop its process instead');
}

function joinNode({ address }: AgentIdentity): Handler {
  return async (request) => {
    const why = await join(request.rest, { address, port: isWan(request) ? SERF_WAN_PORT : SERF_LAN_PORT });
    if (why !== undefined) throw new ConsulError(500, multiErrorText([why]));
    return {};
  };
}

/** This node cannot be made to leave itself: Consul says yes, and it stays. */
function forceLeave({ nodeName, datacenter }: AgentIdentity): Handler {
  return (request) => {
    const { rest: name } = request;
    if (name === nodeName || name === `${nodeName}.${datacenter}`) return {};
    throw new ConsulError(500, `agent: No node found with name '${isWan(request) ? '' : name}'`);
  };
}

function setMaintenance(agent: LocalAgent): Handler {
  return async (request) => {
    const { isEnabled, reason } = readMaintenance(request);
    await agent.setNodeMaintenance(isEnabled, reason);
    return {};
  };
}

function isWan(request: ConsulRequest): boolean {
  return (request.query.get('wan') ?? '') !== '';
}
