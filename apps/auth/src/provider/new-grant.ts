import type { Client, Grant, Provider } from 'oidc-provider';

/** A grant to a client that knows the client itself: its life depends on the client's own settings. */
export function newGrant(provider: Provider, client: Client, accountId: string): Grant {
  return Object.assign(new provider.Grant({ accountId }), { client });
}
