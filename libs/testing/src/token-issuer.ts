import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { INTERNAL_TOKEN_TTL_SECONDS, type InternalClaims } from '@app/contracts';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

/** Claims of a test's token: `aud` must be given; the rest is a machine client without permissions unless said. */
export type TestClaims = Partial<InternalClaims> & Pick<InternalClaims, 'aud'>;

/** How a token is signed, to make bad ones. */
export interface SignOptions {
  /** Seconds until it ends; negative = ended. 60 unless said. */
  expiresInSeconds?: number;
  /** Signed with a key that is not in the key set, under the name of the one that is. */
  withForeignKey?: boolean;
  /** `typ` of the header; the internal tokens' unless said. */
  typ?: string;
}

/** Stands in for `auth`: a real HTTP server with a key set, and its private key. */
export interface TokenIssuer {
  /** The issuer that tokens name. */
  issuer: string;
  jwksUrl: string;
  /** Environment that makes a service trust this issuer. */
  env: { PUBLIC_URL: string; SECURITY_JWKS_URL: string };
  /** Signs an internal JWT. */
  sign: (claims: TestClaims, options?: SignOptions) => Promise<string>;
  /** Signs one and gives the whole header: `{ authorization: 'Bearer ...' }`. */
  bearer: (claims: TestClaims, options?: SignOptions) => Promise<{ authorization: string }>;
  stop: () => Promise<void>;
}

const ALGORITHM = 'ES256';
const INTERNAL_TOKEN_TYPE = 'internal+jwt';

/** Starts an issuer of internal tokens on a free port of the loopback address. */
export async function startTokenIssuer(): Promise<TokenIssuer> {
  const { publicKey, privateKey } = await generateKeyPair(ALGORITHM);
  const foreign = await generateKeyPair(ALGORITHM);
  const kid = randomUUID();
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid, alg: ALGORITHM, use: 'sig' };
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/jwk-set+json' }).end(JSON.stringify({ keys: [jwk] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sign = (claims: TestClaims, options: SignOptions = {}) => {
    const { expiresInSeconds = INTERNAL_TOKEN_TTL_SECONDS, withForeignKey = false, typ = INTERNAL_TOKEN_TYPE } = options;
    const now = Math.floor(Date.now() / 1_000);
    const times = { iat: Math.min(now, now + expiresInSeconds - 1), exp: now + expiresInSeconds };
    const defaults = { iss: issuer, sub: 'test', jti: randomUUID(), kind: 'client', client_id: 'test', roles: [], permissions: [] };
    return new SignJWT({ ...defaults, ...times, ...claims })
      .setProtectedHeader({ alg: ALGORITHM, kid, typ })
      .sign(withForeignKey ? foreign.privateKey : privateKey);
  };
  const jwksUrl = `${issuer}/oauth2/jwks`;
  return {
    issuer,
    jwksUrl,
    env: { PUBLIC_URL: issuer, SECURITY_JWKS_URL: jwksUrl },
    sign,
    bearer: async (claims, options) => ({ authorization: `Bearer ${await sign(claims, options)}` }),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
