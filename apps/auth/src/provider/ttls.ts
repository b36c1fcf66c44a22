import type { Client, Configuration, Session } from 'oidc-provider';
import type { AuthConfig } from '../auth.config.js';
import { ownTtls } from './client-traits.js';

type Ttls = AuthConfig['ttl'];

/** Lives of everything that oidc-provider stores, in seconds. */
export function createTtls(ttl: Ttls): Configuration['ttl'] {
  return {
    AccessToken: (_ctx, _token, client) => accessTokenTtl(ttl, client),
    ClientCredentials: (_ctx, _token, client) => accessTokenTtl(ttl, client),
    RefreshToken: (_ctx, _token, client) => refreshTokenTtl(ttl, client),
    IdToken: (_ctx, _token, client) => accessTokenTtl(ttl, client),
    AuthorizationCode: ttl.authorizationCode,
    Interaction: ttl.interaction,
    Session: (_ctx, session) => remainingSession(ttl, session),
    // A session gives tokens under its grants until it ends, and none of them may outlive its grant.
    Grant: (_ctx, { client }) => ttl.session + tokenTtl(ttl, client),
  };
}

/** The longest life of a token, the client's own where it has one. */
export function tokenTtl(ttl: Ttls, client: Client | undefined): number {
  return Math.max(accessTokenTtl(ttl, client), refreshTokenTtl(ttl, client));
}

function accessTokenTtl(ttl: Ttls, client: Client | undefined): number {
  return (client && ownTtls(client).access_token_ttl) ?? ttl.accessToken;
}

function refreshTokenTtl(ttl: Ttls, client: Client | undefined): number {
  return (client && ownTtls(client).refresh_token_ttl) ?? ttl.refreshToken;
}

/** Counted from the sign-in: use does not prolong a session. */
function remainingSession(ttl: Ttls, { loginTs }: Session): number {
  const now = Math.floor(Date.now() / 1_000);
  return Math.max(1, (loginTs ?? now) + ttl.session - now);
}
