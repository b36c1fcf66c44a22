import { ConsulError } from '../http/consul-error.js';
import type { Handler, Route } from '../http/router.js';

type Method = keyof Route['methods'];

const PATHS: readonly (readonly [string, readonly Method[]])[] = [
  ['bootstrap', ['PUT']],
  ['login', ['POST']],
  ['logout', ['POST']],
  ['replication', ['GET']],
  ['tokens', ['GET']],
  ['token', ['PUT']],
  ['token/self', ['GET']],
  ['token/', ['GET', 'PUT', 'DELETE']],
  ['policies', ['GET']],
  ['policy', ['PUT']],
  ['policy/', ['GET', 'PUT', 'DELETE']],
  ['policy/name/', ['GET']],
  ['roles', ['GET']],
  ['role', ['PUT']],
  ['role/', ['GET', 'PUT', 'DELETE']],
  ['role/name/', ['GET']],
  ['auth-methods', ['GET']],
  ['auth-method', ['PUT']],
  ['auth-method/', ['GET', 'PUT', 'DELETE']],
  ['binding-rules', ['GET']],
  ['binding-rule', ['PUT']],
  ['binding-rule/', ['GET', 'PUT', 'DELETE']],
  ['templated-policies', ['GET']],
  ['templated-policy/name/', ['GET']],
  ['templated-policy/preview/', ['POST']],
];

/** `/v1/acl/` and the tokens of the agent, as a Consul answers it that has no access control: there is one token for everything, or none. */
export function aclRoutes(): Route[] {
  const routes = PATHS.map(([path, methods]) => ({
    path: `/v1/acl/${path}`,
    methods: Object.fromEntries(methods.map((method) => [method, refuse])),
  }));
  return [...routes, { path: '/v1/agent/token/', methods: { PUT: refuse } }];
}

const refuse: Handler = () => {
  throw new ConsulError(401, 'ACL support disabled');
};
