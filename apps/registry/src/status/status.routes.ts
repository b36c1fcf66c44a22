import type { Route } from '../http/router.js';

/** `/v1/status/`: one server, which is always its own leader. */
export function statusRoutes(peerAddress: string): Route[] {
  return [
    { path: '/v1/status/leader', methods: { GET: () => ({ json: peerAddress }) } },
    { path: '/v1/status/peers', methods: { GET: () => ({ json: [peerAddress] }) } },
  ];
}
