import { internalClaimsSchema, type InternalClaims } from '@app/contracts';
import { jwtVerify, type JWTVerifyGetKey } from 'jose';

/** `typ` of an internal JWT (RFC 8725 section 3.11): no ID token or access token signed with the same keys passes for one. */
export const INTERNAL_TOKEN_TYPE = 'internal+jwt';

const CLOCK_TOLERANCE_SECONDS = 5;

/** Finds the key that a token's header names: jose's own type. */
export type KeyLookup = JWTVerifyGetKey;

/** Who makes a request, as `auth` vouches for them. */
export interface RequestPrincipal {
  /** A user id, or a client id when `kind` is `client`. */
  subject: string;
  kind: 'user' | 'client';
  clientId: string;
  username?: string;
  name?: string;
  roles: readonly string[];
  permissions: readonly string[];
  /** The division code that bounds what the principal may see; absent = everything. */
  area?: string;
}

/** What an internal token must say besides carrying a good signature. */
export interface InternalTokenExpectation {
  issuer: string;
  /** The name of the service that verifies. */
  audience: string;
}

/** A verified token: its bearer, and when it ends (seconds since the epoch). */
export interface VerifiedToken {
  principal: RequestPrincipal;
  expiresAt: number;
}

/**
 * Verifies an internal JWT: ES256 signature, `typ`, `iss`, `aud`, `exp` and the shape of the claims.
 *
 * @throws JOSEError or ZodError when the token is not good, and whatever `keys` throws
 */
export async function verifyInternalToken(token: string, keys: KeyLookup, expected: InternalTokenExpectation): Promise<VerifiedToken> {
  const { payload } = await jwtVerify(token, keys, {
    ...expected,
    algorithms: ['ES256'],
    typ: INTERNAL_TOKEN_TYPE,
    requiredClaims: ['exp', 'iat', 'sub', 'jti'],
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
  });
  const claims = internalClaimsSchema.parse(payload);
  return { principal: toPrincipal(claims), expiresAt: claims.exp };
}

function toPrincipal(claims: InternalClaims): RequestPrincipal {
  const { sub, kind, client_id, username, name, roles, permissions, area } = claims;
  return {
    subject: sub,
    kind,
    clientId: client_id,
    ...(username !== undefined && { username }),
    ...(name !== undefined && { name }),
    roles,
    permissions,
    ...(area !== undefined && { area }),
  };
}
