import { ConsulError } from '../http/consul-error.js';
import type { ConsulRequest, ConsulResponse } from '../http/consul-request.js';
import type { Handler, Route } from '../http/router.js';
import type { CheckEntry, ServiceEntry } from '../store/entries.js';
import { agentServiceJson, healthCheckJson } from './agent-json.js';
import { communityOnly } from './community-only.js';
import type { LocalAgent } from './local-agent.js';
import { NODE_MAINTENANCE, serviceMaintenanceId } from './maintenance-checks.js';

/** What all checks of a service say together. */
type Aggregate = 'passing' | 'warning' | 'critical' | 'maintenance';

/** From the best to the worst. */
const SEVERITY: readonly Aggregate[] = ['passing', 'warning', 'critical', 'maintenance'];
const STATUS_CODES: Readonly<Record<Aggregate, number>> = { passing: 200, warning: 429, critical: 503, maintenance: 503 };
const TEXT = { 'content-type': 'text/plain' };
/** What a header may not hold. */
const CONTROLS = /[\0-\x1f\x7f]/g;
const NONE = { AggregatedStatus: 'critical', Service: null, Checks: null };

/** `/v1/agent/health/`: whether a service of this node is well, in the status code. */
export function agentHealthRoutes(agent: LocalAgent, datacenter: string): Route[] {
  return [
    { path: '/v1/agent/health/service/id/', methods: { GET: communityOnly(showById(agent, datacenter)) } },
    { path: '/v1/agent/health/service/name/', methods: { GET: communityOnly(showByName(agent, datacenter)) } },
  ];
}

function showById(agent: LocalAgent, datacenter: string): Handler {
  return (request) => {
    const { rest: id } = request;
    if (id === '') throw new ConsulError(500, 'Missing serviceID');
    const service = agent.service(id);
    if (service === undefined) return answer(request, 404, `ServiceId ${id} not found`, NONE);
    const health = healthOf(agent, service, datacenter);
    return answer(request, STATUS_CODES[health.AggregatedStatus], health.AggregatedStatus, health);
  };
}

function showByName(agent: LocalAgent, datacenter: string): Handler {
  return (request) => {
    const { rest: name } = request;
    if (name === '') throw new ConsulError(500, 'Missing service Name');
    const healths = [...agent.services()].filter((service) => service.name === name).map((service) => healthOf(agent, service, datacenter));
    if (healths.length === 0) return answer(request, 404, `ServiceName ${name} Not Found`, []);
    const worst = worstOf(healths.map(({ AggregatedStatus }) => AggregatedStatus));
    return answer(request, STATUS_CODES[worst], worst, healths);
  };
}

function healthOf(agent: LocalAgent, service: ServiceEntry, datacenter: string) {
  const checks = agent.checksOf(service);
  return {
    AggregatedStatus: worstOf(checks.map(statusOf)),
    Service: agentServiceJson(service, datacenter),
    Checks: checks.map(healthCheckJson),
  };
}

function statusOf({ checkId, serviceId, status }: CheckEntry): Aggregate {
  return checkId === NODE_MAINTENANCE || checkId === serviceMaintenanceId(serviceId) ? 'maintenance' : status;
}

function worstOf(statuses: readonly Aggregate[]): Aggregate {
  return SEVERITY.findLast((status) => statuses.includes(status)) ?? 'passing';
}

/** @param reason in short: the whole answer where text is asked for */
function answer({ query }: ConsulRequest, status: number, reason: string, json: unknown): ConsulResponse {
  // As bytes: a header may hold nothing else.
  const headers = { 'x-consul-reason': Buffer.from(reason.replace(CONTROLS, ' ')).toString('latin1') };
  return query.get('format') === 'text' ? { status, text: reason, headers: { ...headers, ...TEXT } } : { status, json, headers };
}
