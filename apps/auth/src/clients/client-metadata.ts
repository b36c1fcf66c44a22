import type { ClientMetadata } from 'oidc-provider';
import type { OAuthClientEntity } from './client.entity.js';

/** Members of a client's metadata that are ours, beside those of RFC 7591. */
export interface OwnClientMetadata {
  first_party: boolean;
  access_token_ttl?: number;
  refresh_token_ttl?: number;
}

/** Names of {@link OwnClientMetadata}. */
export const OWN_CLIENT_METADATA = ['first_party', 'access_token_ttl', 'refresh_token_ttl'] as const satisfies (keyof OwnClientMetadata)[];

/** A client as oidc-provider knows it (RFC 7591 section 2). `client_secret` is the secret's hash: see `compareSecretHashes`. */
export function toClientMetadata(client: OAuthClientEntity): ClientMetadata & OwnClientMetadata {
  return {
    client_id: client.clientId,
    client_name: client.name,
    ...(client.secretHash !== null && { client_secret: client.secretHash }),
    token_endpoint_auth_method: client.tokenEndpointAuthMethod,
    grant_types: client.grantTypes,
    response_types: client.grantTypes.includes('authorization_code') ? ['code'] : [],
    scope: client.scopes.join(' '),
    redirect_uris: client.redirectUris,
    post_logout_redirect_uris: client.postLogoutRedirectUris,
    first_party: client.firstParty,
    ...(client.accessTokenTtl !== null && { access_token_ttl: client.accessTokenTtl }),
    ...(client.refreshTokenTtl !== null && { refresh_token_ttl: client.refreshTokenTtl }),
  };
}
