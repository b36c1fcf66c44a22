import type { webcrypto } from 'node:crypto';
import { InjectConfig, type LiveConfig } from '@app/config';
import { StartRefusedError } from '@app/errors';
import { createLogger } from '@app/telemetry';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import { DataSource, type EntityManager } from 'typeorm';
import { authConfig, type AuthConfig } from '../auth.config.js';
import { deriveKey } from './derive-key.js';
import { decrypt, encrypt } from './key-cipher.js';
import { SigningKeyEntity } from './signing-key.entity.js';

const ALGORITHM = 'ES256';
/** Any number that nothing else in this database locks, the same in every instance: advisory locks are per database. */
const CREATION_LOCK = 7_310_001;

/** The key that signs now. */
export interface CurrentKey {
  kid: string;
  alg: typeof ALGORITHM;
  key: webcrypto.CryptoKey;
}

/** The signing keys: made at the first start, encrypted at rest, the same in every instance. */
@Injectable()
export class SigningKeys {
  readonly #log = createLogger(SigningKeys.name);
  #privateJwks: JWK[] = [];
  #current: CurrentKey | undefined;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    @InjectConfig(authConfig) private readonly config: LiveConfig<AuthConfig>,
  ) {}

  /**
   * Loads the keys, newest first, and makes the first one if there is none.
   *
   * @throws StartRefusedError when the encryption key is not the one that they were encrypted with
   */
  async load(): Promise<void> {
    const keys = await this.dataSource.transaction(async (manager) => {
      await manager.query('SELECT pg_advisory_xact_lock($1)', [CREATION_LOCK]);
      const found = await manager.find(SigningKeyEntity, { order: { createdAt: 'DESC' } });
      return found.length > 0 ? found : [await this.#create(manager)];
    });
    this.#privateJwks = keys.map((key) => this.#open(key));
    this.#current = await toCurrentKey(this.#privateJwks);
  }

  /** Private JWKs, the one that signs first: what oidc-provider is given. */
  get privateJwks(): { keys: JWK[] } {
    return { keys: this.#privateJwks };
  }

  /** The key that signs now. */
  get current(): CurrentKey {
    if (this.#current === undefined) throw new Error('The signing keys are not loaded.');
    return this.#current;
  }

  async #create(manager: EntityManager): Promise<SigningKeyEntity> {
    const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
    const { d, ...publicJwk } = await exportJWK(privateKey);
    const kid = await calculateJwkThumbprint(publicJwk);
    const sealedPrivateJwk = encrypt(this.#cipherKey(), JSON.stringify({ ...publicJwk, d }), kid);
    this.#log.info({ kid }, 'Made a signing key');
    return manager.save(manager.create(SigningKeyEntity, { kid, alg: ALGORITHM, sealedPrivateJwk }));
  }

  #open({ kid, alg, sealedPrivateJwk }: SigningKeyEntity): JWK {
    try {
      const jwk = JSON.parse(decrypt(this.#cipherKey(), sealedPrivateJwk, kid)) as JWK;
      return { ...jwk, kid, alg, use: 'sig' };
    } catch (cause) {
      throw new StartRefusedError(`AUTH_ENCRYPTION_KEY does not open the signing key ${kid}: it is not the one that encrypted it.`, {
        cause,
      });
    }
  }

  #cipherKey(): Buffer {
    return deriveKey(this.config.value.encryptionKey, 'signing-keys');
  }
}

async function toCurrentKey([newest]: readonly JWK[]): Promise<CurrentKey | undefined> {
  if (newest?.kid === undefined) return undefined;
  return { kid: newest.kid, alg: ALGORITHM, key: (await importJWK(newest, ALGORITHM)) as webcrypto.CryptoKey };
}
