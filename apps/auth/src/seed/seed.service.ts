import { readFile } from 'node:fs/promises';
import { InjectConfig, type LiveConfig } from '@app/config';
import { hashPassword, hashSecret } from '@app/security';
import { createLogger } from '@app/telemetry';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { authConfig, type AuthConfig } from '../auth.config.js';
import type { OAuthClient } from '../clients/client.entity.js';
import { ClientRepository } from '../clients/client.repository.js';
import { CredentialRepository } from '../credentials/credential.repository.js';
import { normalizeUsername } from '../credentials/normalize-username.js';
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
    for (const credential of seed.credentials) await this.#applyCredential(credential);
    this.#log.info({ clients: seed.clients.length, credentials: seed.credentials.length }, 'Applied the seed file');
  }

  async #applyClient(seed: ClientSeed): Promise<void> {
    const client = toClient(seed);
    await this.clients.insertIfAbsent(client);
    const { secretHash, redirectUris, postLogoutRedirectUris } = client;
    await this.clients.updateSettings(client.clientId, { secretHash, ...(seed.firstParty && { redirectUris, postLogoutRedirectUris }) });
  }

  /** Hashing costs much more than looking. */
  async #applyCredential({ userId, username, password }: Seed['credentials'][number]): Promise<void> {
    if (await this.credentials.existsForUser(userId)) return;
    await this.credentials.insertIfAbsent({ userId, username: normalizeUsername(username), passwordHash: await hashPassword(password) });
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
  } satisfies Partial<OAuthClient>;
}
