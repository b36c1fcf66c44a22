import { Permission } from '@app/contracts';
import { waitFor } from '@app/testing';
import { Redis } from 'ioredis';
import { basic, Rig, START_TIMEOUT_MS } from './rig.js';

describe('client_credentials', () => {
  let rig: Rig;

  beforeAll(async () => {
    rig = await Rig.start();
  }, START_TIMEOUT_MS);
  afterAll(() => rig.stop());

  const ask = (fields: Record<string, string>, client = rig.station) =>
    rig.post('/oauth2/token', client, { grant_type: 'client_credentials', ...fields });

  it('answers in the shape of RFC 6749 section 5.1, for an hour, not to be cached', async () => {
    const answer = await ask({ scope: Permission.PassRecordsWrite });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('pragma')).toBe('no-cache');
    expect(await answer.json()).toEqual({
      access_token: expect.stringMatching(/^[\w-]{43}$/) as string,
      token_type: 'Bearer',
      expires_in: 3600,
      scope: Permission.PassRecordsWrite,
    });
  });

  it('grants all scopes of the client when none is asked for', async () => {
    const { scope } = (await (await ask({})).json()) as { scope: string };
    expect(scope.split(' ').sort()).toEqual([Permission.CountersRead, Permission.PassRecordsWrite].sort());
  });

  it.each([
    ['one that nobody knows', 'no:such:scope'],
    ['one of another client', Permission.ReportsRead],
    ['one that is internal', Permission.PrincipalsRead],
    ['a good one and a bad one', `${Permission.CountersRead} no:such:scope`],
  ])('refuses %s as invalid_scope', async (_, scope) => {
    const answer = await ask({ scope });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: 'invalid_scope' });
  });

  it.each<[string, () => Record<string, string>]>([
    ['a wrong secret', () => ({ authorization: basic({ ...rig.station, clientSecret: 'x'.repeat(43) }) })],
    ['an unknown client', () => ({ authorization: basic({ clientId: 'nobody', clientSecret: 'x' }) })],
    ['the stored hash as secret', () => ({ authorization: basic({ ...rig.station, clientSecret: 'f'.repeat(64) }) })],
    ['Basic that is not base64', () => ({ authorization: 'Basic %%%' })],
    ['Basic without a colon', () => ({ authorization: `Basic ${Buffer.from('station').toString('base64')}` })],
    ['another scheme', () => ({ authorization: 'Bearer abc' })],
    ['no credentials', () => ({})],
  ])('answers %s with 401 invalid_client and a challenge', async (_, headers) => {
    const answer = await rig.post('/oauth2/token', undefined, { grant_type: 'client_credentials' }, headers());
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Basic realm="/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.json()).toMatchObject({ error: 'invalid_client' });
  });

  it('refuses a hash that was stolen from the database', async () => {
    const [row] = await rig.database.query<{ secret_hash: string }>('SELECT secret_hash FROM oauth_client WHERE client_id = $1', [
      'station',
    ]);
    expect(row?.secret_hash).toMatch(/^[0-9a-f]{64}$/);
    expect((await ask({}, { ...rig.station, clientSecret: row!.secret_hash })).status).toBe(401);
  });

  it('refuses a grant that the client was not given as unauthorized_client', async () => {
    const answer = await ask({}, rig.partner);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: 'unauthorized_client' });
  });

  it('refuses an unknown grant as unsupported_grant_type', async () => {
    const answer = await ask({ grant_type: 'password', username: 'a', password: 'b' });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: 'unsupported_grant_type' });
  });

  it('refuses a disabled client soon, and takes it back when it is enabled', async () => {
    const setEnabled = (enabled: boolean) =>
      rig.database.query('UPDATE oauth_client SET enabled = $1 WHERE client_id = $2', [enabled, 'station']);
    await setEnabled(false);
    await waitFor(async () => (await ask({})).status === 401);
    await setEnabled(true);
    await waitFor(async () => (await ask({})).status === 200);
  });

  it('answers other methods with 405', async () => {
    const answer = await fetch(`${rig.service.url}/oauth2/token`);
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toContain('POST');
  });

  it('stores no token in clear, and none without an end', async () => {
    const token = await rig.machineToken();
    const redis = new Redis(rig.redis.url);
    const keys = await redis.keys('*');
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) {
      expect(key).not.toContain(token);
      expect(await redis.ttl(key)).toBeGreaterThan(0);
      if ((await redis.type(key)) === 'string') expect(await redis.get(key)).not.toContain(token);
    }
    redis.disconnect();
  });
});
