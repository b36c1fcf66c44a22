import { readFile } from 'node:fs/promises';
import { InjectConfig, type LiveConfig } from '@app/config';
import { StartRefusedError } from '@app/errors';
import { isUniqueViolation } from '@app/persistence';
import { hashPassword, hashSecret } from '@app/security';
import { createLogger } from '@app/telemetry';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { authConfig, type AuthConfig } from '../auth.config.js';
import type { OAuthClientEntity } from '../clients/client.entity.js';
import { ClientRepository } from '../clients/client.repository.js';
import { CredentialRepository } from '../credentials/credential.repository.js';
import { parseSeed, type ClientSeed, type Seed } from './seed.schema.js';

/**
 * Makes sure of the credentials and clients of `AUTH_SEED_FILE`. What is there stays as an administrator left it, except a client's secret, and
 * the addresses of our own clients: both belong to the installation that wrote the file.
 */
@Injectable()
export class SeedService implements OnModuleInit {
  readonly #log = createLogger(SeedService.name);

  constructor(
    @InjectConfig(authConfig) private readonly config: LiveConfig<AuthConfig>,
    private readonly clients: ClientRepository,
    private readonly credentials: CredentialRepository,
  ) {}

  async onModuleInit(): Promise<void> {
    const { seedFile } = this.config.value;
    if (seedFile === undefined) return;
    const seed = parseSeed(await readFile(seedFile, 'utf8'));
    for (const client of seed.clients) await this.#applyClient(client);
    for (const credential of seed.credentials) await this.#applyCredential(seedFile, credential);
    this.#log.info({ clients: seed.clients.length, credentials: seed.credentials.length }, 'Applied the seed file');
  }

  async #applyClient(seed: ClientSeed): Promise<void> {
    const client = toClient(seed);
    await this.clients.insertIfAbsent(client);
    const { secretHash, redirectUris, postLogoutRedirectUris } = client;
    await this.clients.updateSettings(client.clientId, { secretHash, ...(seed.firstParty && { redirectUris, postLogoutRedirectUris }) });
  }

  async #applyCredential(file: string, { userId, username, password }: Seed['credentials'][number]): Promise<void> {
    // Hashing costs much more than looking.
    if (await this.credentials.existsForUser(userId)) return;
    try {
      await this.credentials.insert({ userId, username, passwordHash: await hashPassword(password) });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      // Another instance may have been faster.
      if (await this.credentials.existsForUser(userId)) return;
      throw new StartRefusedError(`AUTH_SEED_FILE ${file}: the username ${username} belongs to another user id.`, { cause: error });
    }
  }
}

/** A client as it is stored when it is new. */
export function toClient(seed: ClientSeed) {
  const { clientId, clientSecret, grantTypes, scopes, redirectUris, firstParty, name = clientId } = seed;
  return {
    clientId,
    name,
    secretHash: hashSecret(clientSecret),
    tokenEndpointAuthMethod: 'client_secret_basic',
    grantTypes,
    scopes: scopes.length > 0 || !firstParty ? scopes : ['openid', 'profile'],
    redirectUris,
    postLogoutRedirectUris: seed.postLogoutRedirectUris ?? [...new Set(redirectUris.map((uri) => `${new URL(uri).origin}/`))],
    firstParty,
    enabled: true,
    accessTokenTtl: null,
    refreshTokenTtl: null,
    purpose: seed.for ?? null,
  } satisfies Partial<OAuthClientEntity>;
}
