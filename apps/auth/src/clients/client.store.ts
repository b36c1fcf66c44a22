import { Injectable } from '@nestjs/common';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import { ExpiringCache } from '../shared/expiring-cache.js';
import { orUnavailable } from '../shared/temporarily-unavailable.js';
import { toClientMetadata } from './client-metadata.js';
import { ClientRepository } from './client.repository.js';

/** A change to a client is in force everywhere within this time. */
const CACHE_MS = 1_000;
const CACHE_SIZE = 1_000;
const MAX_CLIENT_ID_LENGTH = 256;

/** What oidc-provider asks for clients: read-only, those that are enabled. */
@Injectable()
export class ClientStore implements Pick<Adapter, 'find'> {
  readonly #cache = new ExpiringCache<AdapterPayload | undefined>({ ttlMs: () => CACHE_MS, maxSize: CACHE_SIZE });

  constructor(private readonly clients: ClientRepository) {}

  async find(clientId: string): Promise<AdapterPayload | undefined> {
    // PostgreSQL refuses NUL in text.
    if (clientId.length > MAX_CLIENT_ID_LENGTH || clientId.includes('\0')) return undefined;
    return this.#cache.get(clientId, async () => {
      const client = await orUnavailable('clients cannot be looked up now', () => this.clients.findByClientId(clientId));
      return client?.enabled === true ? toClientMetadata(client) : undefined;
    });
  }
}
