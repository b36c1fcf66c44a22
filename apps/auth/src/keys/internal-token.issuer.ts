import { randomUUID } from 'node:crypto';
import { InjectConfig, type LiveConfig } from '@app/config';
import { INTERNAL_TOKEN_TTL_SECONDS, Permission, type InternalClaims } from '@app/contracts';
import { INTERNAL_TOKEN_TYPE } from '@app/security';
import { Injectable } from '@nestjs/common';
import { SignJWT } from 'jose';
import { authConfig, type AuthConfig } from '../auth.config.js';
import { SigningKeys } from './signing-keys.service.js';

/** Who an internal token is for. */
export type InternalTokenSubject = Omit<InternalClaims, 'iss' | 'aud' | 'iat' | 'exp' | 'jti'>;

/** An internal token, and its life in seconds. */
export interface IssuedInternalToken {
  token: string;
  expiresIn: number;
}

/** Signs the short-lived tokens that services verify. */
@Injectable()
export class InternalTokenIssuer {
  constructor(
    private readonly keys: SigningKeys,
    @InjectConfig(authConfig) private readonly config: LiveConfig<AuthConfig>,
  ) {}

  /**
   * @param notAfter the token ends by then (seconds since the epoch)
   */
  async issue(subject: InternalTokenSubject, audience: string, notAfter = Infinity): Promise<IssuedInternalToken> {
    const now = Math.floor(Date.now() / 1000);
    const exp = Math.min(now + INTERNAL_TOKEN_TTL_SECONDS, notAfter);
    const claims: InternalClaims = { ...subject, iss: this.config.value.issuer, aud: audience, iat: now, exp, jti: randomUUID() };
    const { kid, alg, key } = this.keys.current;
    const token = await new SignJWT({ ...claims }).setProtectedHeader({ alg, kid, typ: INTERNAL_TOKEN_TYPE }).sign(key);
    return { token, expiresIn: exp - now };
  }

  /** The token with which this service itself asks `system` about people. */
  issueOwn(): Promise<IssuedInternalToken> {
    const permissions = [Permission.PrincipalsRead];
    return this.issue({ sub: 'auth', client_id: 'auth', kind: 'client', roles: [], permissions }, 'system');
  }
}
