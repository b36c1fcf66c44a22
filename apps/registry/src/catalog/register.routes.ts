import type { Handler, Route } from '../http/router.js';
import type { Command } from '../store/command.js';
import type { CatalogSource } from './catalog-query.js';
import { decodeDeregistration, decodeRegistration } from './decode-registration.js';
import { refuseEnterprise } from './enterprise.js';

/** `/v1/catalog/register` and `deregister`: what runs elsewhere and has no agent. */
export function registerRoutes(source: CatalogSource): Route[] {
  return [
    { path: '/v1/catalog/register', methods: { PUT: register(source) } },
    { path: '/v1/catalog/deregister', methods: { PUT: deregister(source) } },
  ];
}

function register({ store, datacenter }: CatalogSource): Handler {
  return async (request) => {
    refuseEnterprise(request);
    await store.propose({ type: 'register', registration: decodeRegistration(request.body, datacenter) });
    return { json: true };
  };
}

function deregister({ store, datacenter }: CatalogSource): Handler {
  return async (request) => {
    refuseEnterprise(request);
    await store.propose(toCommand(decodeDeregistration(request.body, datacenter)));
    return { json: true };
  };
}

function toCommand({ node, serviceId, checkId }: ReturnType<typeof decodeDeregistration>): Command {
  if (serviceId !== '') return { type: 'service-delete', node, id: serviceId };
  return checkId === '' ? { type: 'node-delete', node } : { type: 'check-delete', node, checkId };
}
