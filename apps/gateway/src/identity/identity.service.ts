import { hash } from 'node:crypto';
import { internalClaimsSchema, type InternalClaims, type RevocationEvent } from '@app/contracts';
import { AppError, CommonError } from '@app/errors';
import { Inject, Injectable } from '@nestjs/common';
import type { LiveGatewayConfig } from '../gateway.config.js';
import { GatewayError } from '../gateway.errors.js';
import { LIVE_GATEWAY_CONFIG } from '../gateway.tokens.js';
import { AuthClient } from './auth.client.js';
import { ExchangeCache } from './exchange-cache.js';
import type { InternalToken } from './identity.types.js';

/** An internal token is not sent in its last moments: it must still hold when the service looks. */
const SAFETY_SECONDS = 10;
/** Long enough to keep a client that insists from asking auth each time, short enough to be no second truth. */
const REFUSAL_TTL_MS = 1_000;
const KEY_SEPARATOR = ' ';

/** Turns outside access tokens into internal ones, and remembers them for a while: no call per request. */
@Injectable()
export class IdentityService {
  private readonly cache: ExchangeCache<InternalToken>;
  /** Apart from what is good: refused tokens, which anyone can make, must not push that out. */
  private readonly refusals: ExchangeCache<AppError>;

  constructor(
    @Inject(LIVE_GATEWAY_CONFIG) private readonly config: LiveGatewayConfig,
    private readonly auth: AuthClient,
  ) {
    this.cache = new ExchangeCache({ maxEntries: config.value.identity.cacheEntries });
    this.refusals = new ExchangeCache({ maxEntries: config.value.identity.cacheEntries });
    // Until the revocations are heard, nothing is remembered.
    this.cache.clear('closed');
  }

  /** The internal token for an outside one, if it is remembered: see {@link sha256}. */
  remembered(tokenSha256: string, audience: string): InternalToken | undefined {
    return this.cache.get(tokenSha256 + KEY_SEPARATOR + audience);
  }

  /**
   * The internal token for an outside one, remembered or asked for.
   *
   * @throws AppError UNAUTHENTICATED when the token is not good (any more), GW_IDENTITY_UNAVAILABLE when that cannot be said now
   */
  async internalToken(token: string, audience: string): Promise<InternalToken> {
    const key = sha256(token) + KEY_SEPARATOR + audience;
    const remembered = this.cache.get(key);
    if (remembered !== undefined) return remembered;
    const refusal = this.refusals.get(key);
    if (refusal !== undefined) throw refusal;
    try {
      return await this.cache.load(key, () => this.exchange(token, audience));
    } catch (error) {
      if (isUnauthenticated(error)) this.refusals.remember(key, error, REFUSAL_TTL_MS);
      throw error;
    }
  }

  /** Whom an outside token stands for. @throws AppError as {@link internalToken} */
  async claimsOf(token: string): Promise<InternalClaims> {
    return readClaims((await this.internalToken(token, 'gateway')).token);
  }

  /** Revocations are heard: what was exchanged may be remembered. */
  beginRemembering(): void {
    this.cache.clear('open');
  }

  /** Revocations may be missed: nothing is remembered. */
  stopRemembering(): void {
    this.cache.clear('closed');
  }

  /** Forgets what a revocation may be about. */
  forget(event: RevocationEvent): void {
    this.cache.dropWhere((token, key) => {
      switch (event.kind) {
        case 'token':
          return key.startsWith(event.tokenSha256);
        case 'user':
          return token.subject === event.sub;
        case 'client':
          return token.clientId === event.clientId;
      }
    });
  }

  private async exchange(token: string, audience: string): Promise<{ value: InternalToken; ttlMs: number }> {
    const { access_token: internal, expires_in: life } = await this.auth.exchange(token, audience);
    const { sub, client_id: clientId } = readClaims(internal);
    const seconds = Math.min(this.config.value.identity.cacheSeconds, life - SAFETY_SECONDS);
    return { value: { token: internal, subject: sub, clientId }, ttlMs: seconds * 1_000 };
  }
}

/** Whether an error says that a token is not good (any more). */
export function isUnauthenticated(error: unknown): error is AppError {
  return error instanceof AppError && error.code === CommonError.UNAUTHENTICATED.code;
}

/** The form in which a token is known here and in revocations. */
export function sha256(token: string): string {
  return hash('sha256', token, 'hex');
}

/** The claims of a token that auth has just handed over on its own connection: the services verify it, the gateway need not. */
function readClaims(jwt: string): InternalClaims {
  const payload = jwt.split('.')[1] ?? '';
  try {
    return internalClaimsSchema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
  } catch (cause) {
    throw new AppError(GatewayError.GW_IDENTITY_UNAVAILABLE, { cause });
  }
}
