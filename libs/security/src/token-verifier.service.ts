import type { LiveConfig } from '@app/config';
import { AppError, CommonError } from '@app/errors';
import { Injectable } from '@nestjs/common';
import { errors } from 'jose';
import { ZodError } from 'zod';
import { verifyInternalToken, type KeyLookup, type RequestPrincipal, type VerifiedToken } from './internal-token.js';

const MAX_TOKEN_LENGTH = 16 * 1024;
const MAX_REMEMBERED = 2_048;

/**
 * Verifies internal tokens for one service. A token that was found good is remembered until it ends: the gateway sends the same one
 * for up to 30 s, and a signature costs more than everything else that the guard does.
 */
@Injectable()
export class TokenVerifier {
  readonly #verified = new Map<string, VerifiedToken>();

  constructor(
    private readonly audience: string,
    private readonly keys: KeyLookup,
    private readonly config: LiveConfig<{ issuer: string }>,
  ) {}

  /**
   * @param token the JWT of the `Authorization` header
   * @returns its bearer, or undefined when the token is not good for this service now
   * @throws AppError UNAVAILABLE when the issuer's keys cannot be had
   */
  async verify(token: string): Promise<RequestPrincipal | undefined> {
    if (token.length > MAX_TOKEN_LENGTH) return undefined;
    const known = this.#verified.get(token);
    if (known !== undefined) {
      if (known.expiresAt * 1000 > Date.now()) return known.principal;
      this.#verified.delete(token);
    }
    const fresh = await this.#verifyOnce(token);
    if (fresh !== undefined) this.#remember(token, fresh);
    return fresh?.principal;
  }

  async #verifyOnce(token: string): Promise<VerifiedToken | undefined> {
    try {
      return await verifyInternalToken(token, this.keys, { issuer: this.config.value.issuer, audience: this.audience });
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof ZodError) return undefined;
      if (error instanceof AppError) throw error;
      throw new AppError(CommonError.INTERNAL, { cause: error });
    }
  }

  #remember(token: string, verified: VerifiedToken): void {
    const oldest = this.#verified.keys().next();
    if (this.#verified.size >= MAX_REMEMBERED && oldest.done !== true) this.#verified.delete(oldest.value);
    this.#verified.set(token, verified);
  }
}
