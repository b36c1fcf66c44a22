import { refuseEnterprise } from '../catalog/enterprise.js';
import { CHECK_SHAPE } from '../catalog/shapes.js';
import { decodeBody, struct, text } from '../go/decode.js';
import { ConsulError } from '../http/consul-error.js';
import type { Handler, Route } from '../http/router.js';
import { CHECK_STATUSES, type CheckStatus } from '../store/entries.js';
import { agentCheckJson } from './agent-json.js';
import { communityOnly } from './community-only.js';
import { filteredLate } from './filtered.js';
import type { LocalAgent } from './local-agent.js';
import { decodeCheckRegistration } from './registration/check-definition.js';

const UPDATE = struct({ name: 'checkUpdate', type: 'agent.checkUpdate', fields: { Status: text, Output: text } });

/** `/v1/agent/checks`, `/v1/agent/check/`: the checks of this node and of the services on it. */
export function checkRoutes(agent: LocalAgent): Route[] {
  return [
    { path: '/v1/agent/checks', methods: { GET: communityOnly(listChecks(agent)) } },
    { path: '/v1/agent/check/register', methods: { PUT: communityOnly(registerCheck(agent)) } },
    { path: '/v1/agent/check/deregister/', methods: { PUT: communityOnly(deregisterCheck(agent)) } },
    { path: '/v1/agent/check/pass/', methods: { PUT: communityOnly(heartbeat(agent, 'passing')) } },
    { path: '/v1/agent/check/warn/', methods: { PUT: communityOnly(heartbeat(agent, 'warning')) } },
    { path: '/v1/agent/check/fail/', methods: { PUT: communityOnly(heartbeat(agent, 'critical')) } },
    { path: '/v1/agent/check/update/', methods: { PUT: updateCheck(agent) } },
  ];
}

function listChecks(agent: LocalAgent): Handler {
  return (request) => {
    const checks = filteredLate(request, CHECK_SHAPE, [...agent.checks()].map(agentCheckJson));
    return { json: Object.fromEntries(checks.map((check) => [check.CheckID, check])) };
  };
}

function registerCheck(agent: LocalAgent): Handler {
  return async ({ body }) => {
    const { id, ...check } = decodeCheckRegistration(body, (serviceId) => agent.service(serviceId) !== undefined);
    await agent.registerCheck({ ...check, checkId: id || check.name, node: agent.nodeName, output: '' });
    return {};
  };
}

function deregisterCheck(agent: LocalAgent): Handler {
  return async ({ rest }) => {
    await agent.deregisterCheck(rest);
    return {};
  };
}

function heartbeat(agent: LocalAgent, status: CheckStatus): Handler {
  return async ({ rest, query }) => {
    await agent.beat(rest, { status, output: query.get('note') ?? '' });
    return {};
  };
}

function updateCheck(agent: LocalAgent): Handler {
  return async (request) => {
    const { body, rest } = request;
    const { Status, Output } = decodeBody(body, UPDATE);
    const status = CHECK_STATUSES.find((candidate) => candidate === Status);
    if (status === undefined) throw new ConsulError(400, `Invalid check status: '${Status}'`);
    refuseEnterprise(request);
    await agent.beat(rest, { status, output: Output });
    return {};
  };
}
