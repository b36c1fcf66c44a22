import { z } from 'zod';

/** The grant type with which the gateway exchanges an access token for an internal one (RFC 8693 section 2.1). */
export const TOKEN_EXCHANGE_GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange';

/** The token type of an access token (RFC 8693 section 3). */
export const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token';

/** Longest life of an internal token, in seconds. */
export const INTERNAL_TOKEN_TTL_SECONDS = 60;

/** Redis channel on which `auth` publishes a {@link RevocationEvent} as JSON. */
export const REVOCATION_CHANNEL = 'auth:revocations';

/** Claims of the internal JWT that a service verifies: `aud` is the service, `sub` a user id or a client id. */
export const internalClaimsSchema = z.object({
  iss: z.string(),
  aud: z.string(),
  sub: z.string(),
  iat: z.number(),
  exp: z.number(),
  jti: z.string(),
  /** Whether a person or a machine stands behind the request. */
  kind: z.enum(['user', 'client']),
  client_id: z.string(),
  username: z.string().optional(),
  name: z.string().optional(),
  roles: z.array(z.string()),
  permissions: z.array(z.string()),
  /** The division code that bounds what the bearer may see; absent = everything. */
  area: z.string().optional(),
});

/** Claims of the internal JWT. */
export type InternalClaims = z.infer<typeof internalClaimsSchema>;

/** What `system` answers `auth` about a person: `GET /principals/:id` and `GET /principals?username=`. */
export const principalSchema = z.object({
  id: z.string(),
  username: z.string(),
  displayName: z.string(),
  enabled: z.boolean(),
  roles: z.array(z.string()),
  permissions: z.array(z.string()),
  area: z.string().nullable(),
});

/** A person as `auth` sees them. */
export type Principal = z.infer<typeof principalSchema>;

/** Published when tokens die before their time: all of a user, all of a client, or one token (by its SHA-256, hex). */
export type RevocationEvent = { kind: 'token'; tokenSha256: string } | { kind: 'user'; sub: string } | { kind: 'client'; clientId: string };
