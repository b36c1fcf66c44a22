import { answeredAlike, type Paths } from '../http/answered-alike.js';
import { ConsulError } from '../http/consul-error.js';
import type { Handler, Route } from '../http/router.js';

const PATHS: Paths = [
  ['acl/bootstrap', ['PUT']],
  ['acl/login', ['POST']],
  ['acl/logout', ['POST']],
  ['acl/replication', ['GET']],
  ['acl/tokens', ['GET']],
  ['acl/token', ['PUT']],
  ['acl/token/self', ['GET']],
  ['acl/token/', ['GET', 'PUT', 'DELETE']],
  ['acl/policies', ['GET']],
  ['acl/policy', ['PUT']],
  ['acl/policy/', ['GET', 'PUT', 'DELETE']],
  ['acl/policy/name/', ['GET']],
  ['acl/roles', ['GET']],
  ['acl/role', ['PUT']],
  ['acl/role/', ['GET', 'PUT', 'DELETE']],
  ['acl/role/name/', ['GET']],
  ['acl/auth-methods', ['GET']],
  ['acl/auth-method', ['PUT']],
  ['acl/auth-method/', ['GET', 'PUT', 'DELETE']],
  ['acl/binding-rules', ['GET']],
  ['acl/binding-rule', ['PUT']],
  ['acl/binding-rule/', ['GET', 'PUT', 'DELETE']],
  ['acl/templated-policies', ['GET']],
  ['acl/templated-policy/name/', ['GET']],
  ['acl/templated-policy/preview/', ['POST']],
  ['agent/token/', ['PUT']],
];

/** `/v1/acl/` and the tokens of the agent, as a Consul answers it that has no access control: there is one token for everything, or none. */
export function aclRoutes(): Route[] {
  return answeredAlike(PATHS, refuse);
}

const refuse: Handler = () => {
  throw new ConsulError(401, 'ACL support disabled');
};
