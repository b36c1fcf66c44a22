import { answeredAlike, type Paths } from '../http/answered-alike.js';
import { ConsulError } from '../http/consul-error.js';
import type { Handler, Route } from '../http/router.js';

const PATHS: Paths = [
  ['agent/connect/ca/roots', ['GET']],
  ['agent/connect/ca/leaf/', ['GET']],
  ['connect/ca/roots', ['GET']],
  ['connect/ca/configuration', ['GET', 'PUT']],
  ['connect/intentions', ['GET', 'POST']],
  ['connect/intentions/', ['GET', 'PUT', 'DELETE']],
  ['connect/intentions/check', ['GET']],
  ['connect/intentions/exact', ['GET', 'PUT', 'DELETE']],
  ['connect/intentions/match', ['GET']],
  ['discovery-chain/', ['GET', 'POST']],
];
const REFUSAL = 'Connect must be enabled in order to use this endpoint';

/**
 * The service mesh, as a Consul answers it whose Connect is off (`connect { enabled = false }`): there are neither certificates nor
 * intentions, and clients are told so.
 */
export function connectRoutes(): Route[] {
  return [...answeredAlike(PATHS, refuse), { path: '/v1/agent/connect/authorize', methods: { POST: refuseToAuthorize } }];
}

const refuse: Handler = () => {
  throw new ConsulError(500, REFUSAL);
};

const refuseToAuthorize: Handler = () => {
  throw new ConsulError(500, `failed getting intention match: ${REFUSAL}`);
};
