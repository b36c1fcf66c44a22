import { withoutCookie } from '../proxy/header-rules.js';
import { FilterOrder } from './filter-order.js';
import type { GatewayFilter } from './filter.types.js';

/** Fields by which proxies and services commonly tell each other who asks, from where, and under which trace. */
const SPOOFABLE = [
  'forwarded',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'x-original-url',
  'x-rewrite-url',
  'x-original-host',
  'x-host',
  'x-request-id',
  'traceparent',
  'tracestate',
  'b3',
  'remote-user',
  'x-remote-user',
  'x-user',
  'x-user-id',
  'x-user-name',
  'x-user-roles',
  'x-username',
  'x-roles',
  'x-authenticated-user',
  'x-authenticated-userid',
  'x-consumer-id',
  'x-consumer-username',
  'x-credential-identifier',
  'x-principal',
  'x-tenant-id',
  'x-client-id',
  'x-scopes',
  'x-permissions',
  'x-ssl-client-cert',
  'x-client-cert',
  'x-client-verify',
];
const SPOOFABLE_PREFIX = /^x-(?:forwarded|b3|auth|internal|causeway|envoy)-/;

/**
 * Removes what from outside would be taken for the platform's own word: identity, forwarding and trace fields, and the gateway's
 * own cookies. Later filters write the true ones. `_` counts as `-`: CGI-like servers cannot tell them apart.
 *
 * @param further more names to remove
 * @param isOwnCookie whether a cookie is the gateway's
 */
export function removeOutsideHeaders(further: readonly string[], isOwnCookie: (name: string) => boolean): GatewayFilter {
  const names = new Set([...SPOOFABLE, ...further.map(plainName)]);
  const isOutside = (name: string) => {
    const plain = name.includes('_') ? plainName(name) : name;
    return names.has(plain) || (plain.startsWith('x-') && SPOOFABLE_PREFIX.test(plain));
  };
  return {
    order: FilterOrder.RemoveOutsideHeaders,
    onRequest({ headers }) {
      headers.removeWhere(isOutside);
      const cookies = headers.get('cookie');
      if (cookies === undefined) return undefined;
      const kept = withoutCookie(cookies, isOwnCookie);
      if (kept === undefined) headers.remove('cookie');
      else headers.set('cookie', kept);
      return undefined;
    },
  };
}

function plainName(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}
