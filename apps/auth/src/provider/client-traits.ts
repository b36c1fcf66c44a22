import type { Client } from 'oidc-provider';
import type { OwnClientMetadata } from '../clients/client-metadata.js';

/** One of our own clients: no consent is asked for, and people act with all their permissions. */
export function isFirstParty(client: Client): boolean {
  return ownMetadata(client).first_party === true;
}

/** Lives of a client's tokens in seconds, where it has its own. */
export function ownTtls(client: Client): Pick<OwnClientMetadata, 'access_token_ttl' | 'refresh_token_ttl'> {
  return ownMetadata(client);
}

/** They are kept under the names that they were registered with. */
function ownMetadata(client: Client): Partial<OwnClientMetadata> {
  return client as object;
}
