import { SERF_HEALTH, SERVER_SERVICE } from '../agent/server-identity.js';
import type { Handler, Route } from '../http/router.js';
import { isSameName } from '../same-name.js';
import type { Command } from '../store/command.js';
import type { Registration } from '../store/tables/registration.js';
import type { CatalogSource } from './catalog-query.js';
import { decodeDeregistration, decodeRegistration } from './decode-registration.js';
import { refuseEnterprise } from './enterprise.js';

type Deregistration = ReturnType<typeof decodeDeregistration>;

/**
 * `/v1/catalog/register` and `deregister`: what runs elsewhere and has no agent. What this agent itself stands for is not changed from
 * outside: a Consul agent would put it back with its next comparison, this one does so at once.
 */
export function registerRoutes(source: CatalogSource): Route[] {
  return [
    { path: '/v1/catalog/register', methods: { PUT: register(source) } },
    { path: '/v1/catalog/deregister', methods: { PUT: deregister(source) } },
  ];
}

function register(source: CatalogSource): Handler {
  return async (request) => {
    refuseEnterprise(request);
    const registration = keepOwnNode(decodeRegistration(request.body, source.datacenter), source);
    if (registration !== undefined) await source.store.propose({ type: 'register', registration });
    return { json: true };
  };
}

function deregister(source: CatalogSource): Handler {
  return async (request) => {
    refuseEnterprise(request);
    const deregistration = decodeDeregistration(request.body, source.datacenter);
    if (!isOwn(deregistration, source)) await source.store.propose(toCommand(deregistration));
    return { json: true };
  };
}

/** @returns undefined when it would only give this node another name */
function keepOwnNode(registration: Registration, { store, nodeName }: CatalogSource): Registration | undefined {
  const { node, skipNodeUpdate, service, checks } = registration;
  const isOfOwnId = node.id !== '' && isSameName(node.id, store.state.catalog.node(nodeName)?.id ?? '');
  if (!isSameName(node.name, nodeName)) return isOfOwnId ? undefined : registration;
  return {
    node,
    // One of another id is refused where it would take the name.
    skipNodeUpdate: skipNodeUpdate || node.id === '' || isOfOwnId,
    ...(service !== undefined && service.id !== SERVER_SERVICE && { service }),
    checks: checks.filter(({ checkId }) => checkId !== SERF_HEALTH),
  };
}

/** Whether the agent would be nothing without it. */
function isOwn({ node, serviceId, checkId }: Deregistration, { nodeName }: CatalogSource): boolean {
  if (!isSameName(node, nodeName)) return false;
  return serviceId === '' ? checkId === '' || checkId === SERF_HEALTH : serviceId === SERVER_SERVICE;
}

function toCommand({ node, serviceId, checkId }: Deregistration): Command {
  if (serviceId !== '') return { type: 'service-delete', node, id: serviceId };
  return checkId === '' ? { type: 'node-delete', node } : { type: 'check-delete', node, checkId };
}
