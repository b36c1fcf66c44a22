import { AppError, CommonError } from '@app/errors';
import { createLocalJWKSet, errors, type FlattenedJWSInput, type JSONWebKeySet, type JWTHeaderParameters } from 'jose';

type Keys = ReturnType<typeof createLocalJWKSet>;

/** Limits of a {@link JwksClient}, in ms. */
export interface JwksClientOptions {
  timeoutMs: number;
  /** Tokens that name unknown keys cause at most one fetch in this time. */
  minIntervalMs: number;
}

const MAX_JWKS_BYTES = 64 * 1024;

/**
 * The issuer's public keys: fetched when first needed, kept, and fetched again when a token names an unknown one.
 * Keys once fetched go on verifying while the issuer cannot be reached.
 */
export class JwksClient {
  #keys: Keys | undefined;
  #lastAttempt = -Infinity;
  #lastFailure: unknown;
  #pending: Promise<void> | undefined;

  /**
   * @param locate finds the address of the key set; undefined while no instance of the issuer is known
   * @param options read at each use, so that live configuration holds
   */
  constructor(
    private readonly locate: () => Promise<string | undefined>,
    private readonly options: () => JwksClientOptions,
  ) {}

  /**
   * Finds the key that a token's header names; usable as jose's key lookup.
   *
   * @throws JWKSNoMatchingKey when the issuer has no such key
   * @throws AppError UNAVAILABLE when it is not among the kept keys and the issuer cannot be asked
   */
  readonly find = async (header: JWTHeaderParameters, token: FlattenedJWSInput) => {
    if (this.#keys !== undefined) {
      try {
        return await this.#keys(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      }
    }
    await this.#refresh();
    if (this.#keys === undefined || this.#lastFailure !== undefined) {
      throw new AppError(CommonError.UNAVAILABLE, { cause: this.#lastFailure, retryAfterSeconds: 1 });
    }
    return this.#keys(header, token);
  };

  async #refresh(): Promise<void> {
    if (this.#pending === undefined) {
      const waited = performance.now() - this.#lastAttempt;
      const neverFetched = this.#keys === undefined;
      if (!neverFetched && waited < this.options().minIntervalMs) return;
      this.#lastAttempt = performance.now();
      this.#pending = this.#fetch().finally(() => (this.#pending = undefined));
    }
    await this.#pending;
  }

  async #fetch(): Promise<void> {
    try {
      const url = await this.locate();
      if (url === undefined) throw new Error('No instance of the issuer is known.');
      const answer = await fetch(url, { signal: AbortSignal.timeout(this.options().timeoutMs), redirect: 'error' });
      const text = await answer.text();
      if (!answer.ok || text.length > MAX_JWKS_BYTES)
        throw new Error(`The key set was answered with ${answer.status}, ${text.length} bytes.`);
      this.#keys = createLocalJWKSet(JSON.parse(text) as JSONWebKeySet);
      this.#lastFailure = undefined;
    } catch (error) {
      this.#lastFailure = error;
    }
  }
}
