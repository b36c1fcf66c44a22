import { agentServiceJson, checkJson } from '../catalog/catalog-json.js';
import { ConsulError } from '../http/consul-error.js';
import { booleanParam, type ConsulRequest, type ConsulResponse, parseGoBool, requireRest } from '../http/consul-request.js';
import { decodeObject, textField } from '../http/decode-body.js';
import type { Handler, Route } from '../http/router.js';
import type { CheckStatus, NodeEntry } from '../store/entries.js';
import { type AgentIdentity, memberJson, selfJson } from './agent-self.js';
import { decodeCheck, decodeStatus } from './check-definition.js';
import type { LocalAgent } from './local-agent.js';
import { SERVER_SERVICE } from './server-identity.js';
import { decodeService } from './service-definition.js';

const DONE: ConsulResponse = {};

/** `/v1/agent/`: what is registered on this node, and its checks. */
export function agentRoutes(agent: LocalAgent, identity: AgentIdentity, node: () => NodeEntry | undefined): Route[] {
  return [
    { path: '/v1/agent/self', methods: { GET: () => ({ json: selfJson(identity, node()) }) } },
    { path: '/v1/agent/members', methods: { GET: () => ({ json: [memberJson(identity)] }) } },
    { path: '/v1/agent/services', methods: { GET: () => ({ json: listServices(agent, identity) }) } },
    { path: '/v1/agent/service/', methods: { GET: showService(agent, identity) } },
    { path: '/v1/agent/service/register', methods: { PUT: registerService(agent) } },
    { path: '/v1/agent/service/deregister/', methods: { PUT: deregisterService(agent) } },
    { path: '/v1/agent/service/maintenance/', methods: { PUT: setMaintenance(agent) } },
    {
      path: '/v1/agent/checks',
      methods: { GET: () => ({ json: Object.fromEntries([...agent.checks()].map((check) => [check.checkId, checkJson(check)])) }) },
    },
    { path: '/v1/agent/check/register', methods: { PUT: registerCheck(agent) } },
    { path: '/v1/agent/check/deregister/', methods: { PUT: deregisterCheck(agent) } },
    { path: '/v1/agent/check/pass/', methods: { PUT: heartbeat(agent, 'passing') } },
    { path: '/v1/agent/check/warn/', methods: { PUT: heartbeat(agent, 'warning') } },
    { path: '/v1/agent/check/fail/', methods: { PUT: heartbeat(agent, 'critical') } },
    { path: '/v1/agent/check/update/', methods: { PUT: updateCheck(agent) } },
  ];
}

/** The agent's own list leaves out the server itself, as Consul does. */
function listServices(agent: LocalAgent, { datacenter }: AgentIdentity) {
  const services = [...agent.services()].filter(({ id }) => id !== SERVER_SERVICE);
  return Object.fromEntries(services.map((service) => [service.id, agentServiceJson(service, datacenter)]));
}

function showService(agent: LocalAgent, { datacenter }: AgentIdentity): Handler {
  return (request) => {
    const id = requireRest(request, 'Missing service ID');
    const service = agent.service(id);
    if (service === undefined) throw new ConsulError(404, `unknown service ID: ${id}`);
    return { json: agentServiceJson(service, datacenter) };
  };
}

function registerService(agent: LocalAgent): Handler {
  return async (request) => {
    await agent.registerService(decodeService(request.body, agent.nodeName), booleanParam(request, 'replace-existing-checks'));
    return DONE;
  };
}

function deregisterService(agent: LocalAgent): Handler {
  return async (request) => {
    await agent.deregisterService(requireRest(request, 'Missing service ID'));
    return DONE;
  };
}

function setMaintenance(agent: LocalAgent): Handler {
  return async (request) => {
    const id = requireRest(request, 'Missing service ID');
    const text = request.query.get('enable');
    if (text === null || text === '') throw new ConsulError(400, 'Missing value for enable');
    const isEnabled = parseGoBool(text);
    if (isEnabled === undefined) throw new ConsulError(400, `Invalid value for enable: "${text}"`);
    await agent.setMaintenance(id, isEnabled, request.query.get('reason') ?? '');
    return DONE;
  };
}

function registerCheck(agent: LocalAgent): Handler {
  return async ({ body }) => {
    const fields = decodeObject(body);
    if (textField(fields, 'Name') === '') throw new ConsulError(400, 'Missing check name');
    const { id, ...check } = decodeCheck(Object.fromEntries(fields));
    await agent.registerCheck({ ...check, checkId: id || check.name, node: agent.nodeName, output: '' });
    return DONE;
  };
}

function deregisterCheck(agent: LocalAgent): Handler {
  return async (request) => {
    await agent.deregisterCheck(requireRest(request, 'Missing check ID'));
    return DONE;
  };
}

function heartbeat(agent: LocalAgent, status: CheckStatus): Handler {
  return async (request) => {
    await agent.beat(requireRest(request, 'Missing check ID'), { status, output: request.query.get('note') ?? '' });
    return DONE;
  };
}

function updateCheck(agent: LocalAgent): Handler {
  return async (request: ConsulRequest) => {
    const fields = decodeObject(request.body);
    const text = textField(fields, 'Status');
    if (text === '') throw new ConsulError(400, "Invalid check status: ''");
    const result = { status: decodeStatus(text), output: textField(fields, 'Output') };
    await agent.beat(requireRest(request, 'Missing check ID'), result);
    return DONE;
  };
}
