import { Permission } from '@app/contracts';
import { person } from './people.js';
import { ISSUER, Rig, START_TIMEOUT_MS } from './rig.js';

describe('discovery and keys', () => {
  let rig: Rig;

  beforeAll(async () => {
    rig = await Rig.start();
  }, START_TIMEOUT_MS);
  afterAll(() => rig.stop());

  it.each(['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'])(
    '%s names every endpoint under the issuer, whatever the request calls the host',
    async (path) => {
      const forged = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', forwarded: 'host=evil.example' };
      const answer = await fetch(`${rig.service.url}${path}`, { headers: forged });
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({
        issuer: ISSUER,
        authorization_endpoint: `${ISSUER}/oauth2/authorize`,
        token_endpoint: `${ISSUER}/oauth2/token`,
        jwks_uri: `${ISSUER}/oauth2/jwks`,
        introspection_endpoint: `${ISSUER}/oauth2/introspect`,
        revocation_endpoint: `${ISSUER}/oauth2/revoke`,
        userinfo_endpoint: `${ISSUER}/oauth2/userinfo`,
        end_session_endpoint: `${ISSUER}/oauth2/logout`,
        response_types_supported: ['code'],
        code_challenge_methods_supported: ['S256'],
        id_token_signing_alg_values_supported: ['ES256'],
        token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
        grant_types_supported: expect.arrayContaining([
          'authorization_code',
          'client_credentials',
          'refresh_token',
          'urn:ietf:params:oauth:grant-type:token-exchange',
        ]) as string[],
      });
    },
  );

  it('offers each permission as a scope, except the internal one', async () => {
    const answer = await fetch(`${rig.service.url}/.well-known/openid-configuration`);
    const { scopes_supported: scopes } = (await answer.json()) as { scopes_supported: string[] };
    expect(scopes).toEqual(expect.arrayContaining(['openid', Permission.ReportsRead]));
    expect(scopes).not.toContain(Permission.PrincipalsRead);
  });

  it('shows public keys only', async () => {
    const answer = await fetch(`${rig.service.url}/oauth2/jwks`);
    const { keys } = (await answer.json()) as { keys: Record<string, string>[] };
    expect(keys).toHaveLength(1);
    expect(keys[0]).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' });
    expect(keys[0]).not.toHaveProperty('d');
  });

  it(
    'keeps private keys encrypted, and does not start with another encryption key',
    async () => {
      const [row] = await rig.database.query<{ sealed_private_jwk: string }>('SELECT sealed_private_jwk FROM signing_key');
      expect(row?.sealed_private_jwk).toMatch(/^v1\.[\w-]+\.[\w-]+\.[\w-]+$/);
      const other = Buffer.alloc(32, 7).toString('base64url');
      await expect(rig.startInstance({ AUTH_ENCRYPTION_KEY: other })).rejects.toThrow('AUTH_ENCRYPTION_KEY does not open the signing key');
    },
    START_TIMEOUT_MS,
  );

  it(
    'names a setting that is wrong',
    async () => {
      await expect(rig.startInstance({ AUTH_ENCRYPTION_KEY: 'short' })).rejects.toThrow(/encryptionKey|AUTH_ENCRYPTION_KEY/);
    },
    START_TIMEOUT_MS,
  );

  it(
    'does not start when a seeded username belongs to someone else, and names file and username',
    async () => {
      rig.people.byId.set('u-9', person({ id: 'u-9', username: 'user-u-1' }));
      await expect(rig.startInstance()).rejects.toThrow(/AUTH_SEED_FILE .*seed\.json: the username user-u-1 belongs to another user id/);
      rig.people.byId.delete('u-9');
    },
    START_TIMEOUT_MS,
  );

  it('answers a path that it does not have with 404 in the shape of the platform', async () => {
    const answer = await fetch(`${rig.service.url}/oauth2/nothing`);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
  });
});

describe('two instances that start on an empty database at once', () => {
  it(
    'agree on one key, and each accepts what the other issued',
    async () => {
      const rig = await Rig.start();
      try {
        await rig.database.query('TRUNCATE signing_key, oauth_client, credential');
        await rig.service.stop();
        const [first, second] = await Promise.all([rig.startInstance(), rig.startInstance()]);
        rig.service = first;
        const keysOf = async (url: string) => (await fetch(`${url}/oauth2/jwks`)).text();
        expect(await keysOf(first.url)).toBe(await keysOf(second.url));
        expect((JSON.parse(await keysOf(first.url)) as { keys: unknown[] }).keys).toHaveLength(1);
        const token = await rig.machineToken();
        rig.service = second;
        expect(await rig.introspect(token)).toMatchObject({ active: true });
        await first.stop();
      } finally {
        await rig.stop();
      }
    },
    2 * START_TIMEOUT_MS,
  );
});
