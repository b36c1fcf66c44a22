import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Permission } from '@app/contracts';
import { verifyInternalToken } from '@app/security';
import { createTestDatabase, findFreePort, startService, type TestDatabase, type TestService } from '@app/testing';
import { createRemoteJWKSet } from 'jose';
import { person } from './people.js';
import { ISSUER, Rig, START_TIMEOUT_MS } from './rig.js';

const USER_ID = '5b0c3a52-6f0e-4a53-9d0e-3c7d4be9a001';

describe('auth beside the real system', () => {
  let rig: Rig;
  let system: TestService;
  let database: TestDatabase;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'auth-system-'));
    database = await createTestDatabase({ schema: 'system' });
    const [systemPort, authPort] = [await findFreePort(), await findFreePort()];
    const authUrl = `http://127.0.0.1:${authPort}`;
    rig = await Rig.start({ SERVICE_PORT: String(authPort), AUTH_SYSTEM_URL: `http://127.0.0.1:${systemPort}` }, [
      person({ id: USER_ID, username: 'hangzhou' }),
    ]);
    const seedFile = join(folder, 'system.json');
    const user = { id: USER_ID, username: 'hangzhou', displayName: 'Hangzhou', roles: ['city-officer'], area: '3301' };
    await writeFile(seedFile, JSON.stringify({ users: [user] }), { mode: 0o600 });
    const env = {
      CONSUL_HTTP_ADDR: rig.consul.url,
      DATABASE_URL: database.url,
      PUBLIC_URL: ISSUER,
      SECURITY_JWKS_URL: `${authUrl}/oauth2/jwks`,
      SERVICE_PORT: String(systemPort),
      SYSTEM_SEED_FILE: seedFile,
    };
    system = await startService('system', env, { readyWithinMs: START_TIMEOUT_MS / 2 });
  }, 2 * START_TIMEOUT_MS);
  afterAll(async () => {
    await Promise.all([rig.stop(), system.stop()]);
    await Promise.all([database.drop(), rm(folder, { recursive: true })]);
  });

  it('signs a seeded person in with what system says of them, and system accepts the token that comes of it', async () => {
    const { tokens } = await rig.signIn({ username: 'hangzhou' });
    const exchanged = (await (await rig.exchange(tokens.access_token, 'system')).json()) as { access_token: string };
    const keys = createRemoteJWKSet(new URL(`${rig.service.url}/oauth2/jwks`));
    const { principal } = await verifyInternalToken(exchanged.access_token, keys, { issuer: ISSUER, audience: 'system' });
    expect(principal).toMatchObject({ subject: USER_ID, username: 'hangzhou', roles: ['city-officer'], area: '3301' });
    expect(principal.permissions).toContain(Permission.AreasRead);
    const answer = await fetch(`${system.url}/areas`, { headers: { authorization: `Bearer ${exchanged.access_token}` } });
    expect(answer.status).toBe(200);
  });

  it('cannot be asked about people with a token of the edge', async () => {
    const { tokens } = await rig.signIn({ username: 'hangzhou' });
    const exchanged = (await (await rig.exchange(tokens.access_token, 'system')).json()) as { access_token: string };
    const answer = await fetch(`${system.url}/principals/${USER_ID}`, { headers: { authorization: `Bearer ${exchanged.access_token}` } });
    expect(answer.status).toBe(403);
  });

  it('says temporarily_unavailable once system has ended', async () => {
    const { tokens } = await rig.signIn({ username: 'hangzhou' });
    await system.stop();
    const answer = await rig.exchange(tokens.access_token, 'system');
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ error: 'temporarily_unavailable' });
  });
});
