import { refuseEnterprise } from '../catalog/enterprise.js';
import { SERVICE_SHAPE } from '../catalog/shapes.js';
import { CONTENT_HASH, hashBlockingQuery } from '../http/blocking-query.js';
import { ConsulError } from '../http/consul-error.js';
import { type ConsulRequest, requireRest } from '../http/consul-request.js';
import type { Handler, Route } from '../http/router.js';
import { Topic } from '../store/topics.js';
import type { Watchers } from '../store/watchers.js';
import { agentServiceJson, hashedServiceJson } from './agent-json.js';
import { communityOnly } from './community-only.js';
import { filtered } from './filtered.js';
import type { LocalAgent } from './local-agent.js';
import { readMaintenance } from './read-maintenance.js';
import { decodeService } from './registration/service-definition.js';

/** `/v1/agent/services`, `/v1/agent/service/`: the services that are registered on this node. */
export function serviceRoutes(agent: LocalAgent, datacenter: string, watchers: Watchers): Route[] {
  return [
    { path: '/v1/agent/services', methods: { GET: communityOnly(listServices(agent, datacenter)) } },
    { path: '/v1/agent/service/', methods: { GET: communityOnly(showService(agent, datacenter, watchers)) } },
    { path: '/v1/agent/service/register', methods: { PUT: communityOnly(registerService(agent)) } },
    { path: '/v1/agent/service/deregister/', methods: { PUT: communityOnly(deregisterService(agent)) } },
    { path: '/v1/agent/service/maintenance/', methods: { PUT: setMaintenance(agent) } },
  ];
}

function listServices(agent: LocalAgent, datacenter: string): Handler {
  return (request) => {
    const services = [...agent.services()].map((service) => agentServiceJson(service, datacenter));
    return { json: Object.fromEntries(filtered(request, SERVICE_SHAPE, services).map((service) => [service.ID, service])) };
  };
}

function showService(agent: LocalAgent, datacenter: string, watchers: Watchers): Handler {
  return (request) =>
    hashBlockingQuery(withoutConsistency(request), watchers, { topics: [Topic.node(agent.nodeName)] }, () => {
      const service = agent.service(request.rest);
      if (service === undefined) throw new ConsulError(404, `unknown service ID: ${request.rest}`);
      const json = hashedServiceJson(service, datacenter);
      return { json, headers: { [CONTENT_HASH]: json.ContentHash } };
    });
}

/** No server is asked: how consistent its answer would have to be is passed over. */
function withoutConsistency(request: ConsulRequest): ConsulRequest {
  const query = new URLSearchParams(request.query);
  query.delete('consistent');
  return { ...request, query };
}

function registerService(agent: LocalAgent): Handler {
  return async ({ body, query }) => {
    const replaceChecks = query.has('replace-existing-checks') && /^(?:|1|t|true)$/i.test(query.get('replace-existing-checks') ?? '');
    await agent.registerService(decodeService(body, agent.nodeName), replaceChecks);
    return {};
  };
}

function deregisterService(agent: LocalAgent): Handler {
  return async ({ rest }) => {
    await agent.deregisterService(rest);
    return {};
  };
}

function setMaintenance(agent: LocalAgent): Handler {
  return async (request) => {
    const id = requireRest(request, 'Missing service ID');
    const { isEnabled, reason } = readMaintenance(request);
    refuseEnterprise(request);
    await agent.setMaintenance(id, isEnabled, reason);
    return {};
  };
}
