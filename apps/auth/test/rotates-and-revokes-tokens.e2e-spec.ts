import { REVOCATION_CHANNEL, type RevocationEvent } from '@app/contracts';
import { waitFor } from '@app/testing';
import { Redis } from 'ioredis';
import { hashId } from '../src/tokens/token-keys.js';
import { FOREIGN_CALLBACK, ISSUER, Rig, START_TIMEOUT_MS, type Tokens } from './rig.js';

describe('tokens that end before their time', () => {
  let rig: Rig;
  let redis: Redis;
  let subscriber: Redis;
  const events: RevocationEvent[] = [];

  beforeAll(async () => {
    rig = await Rig.start();
    redis = new Redis(rig.redis.url);
    subscriber = redis.duplicate();
    await subscriber.subscribe(REVOCATION_CHANNEL);
    subscriber.on('message', (_channel, message: string) => events.push(JSON.parse(message) as RevocationEvent));
  }, START_TIMEOUT_MS);
  beforeEach(() => (events.length = 0));
  afterAll(async () => {
    for (const connection of [redis, subscriber]) connection.disconnect();
    await rig.stop();
  });

  const heard = (token: string) =>
    waitFor(() => events.some((event) => event.kind === 'token' && event.tokenSha256 === hashId(token)), { what: 'The revocation' });

  it('rotates a refresh token with each use', async () => {
    const { tokens } = await rig.signIn();
    const answer = await rig.refresh(tokens.refresh_token);
    expect(answer.status).toBe(200);
    const fresh = (await answer.json()) as Tokens;
    expect(fresh.refresh_token).not.toBe(tokens.refresh_token);
    expect(fresh.access_token).not.toBe(tokens.access_token);
    expect((await rig.refresh(fresh.refresh_token)).status).toBe(200);
  });

  it('revokes the whole family when a refresh token is used again', async () => {
    const { tokens } = await rig.signIn();
    const fresh = (await (await rig.refresh(tokens.refresh_token)).json()) as Tokens;
    const again = await rig.refresh(tokens.refresh_token);
    expect(again.status).toBe(400);
    expect(await again.json()).toMatchObject({ error: 'invalid_grant' });
    expect(await rig.introspect(fresh.access_token)).toEqual({ active: false });
    expect((await rig.refresh(fresh.refresh_token)).status).toBe(400);
    await heard(fresh.access_token);
  });

  it('lets exactly one of many refreshes at the same time win, and leaves nothing half alive', async () => {
    const { tokens } = await rig.signIn();
    const answers = await Promise.all(Array.from({ length: 8 }, () => rig.refresh(tokens.refresh_token)));
    const winners = answers.filter(({ status }) => status === 200);
    expect(winners.length).toBe(1);
    const { access_token: token } = (await winners[0]!.json()) as Tokens;
    expect(await rig.introspect(token)).toEqual({ active: false });
    expect((await rig.exchange(token, 'system')).status).toBe(400);
  });

  it('refuses to refresh for someone who is disabled', async () => {
    const { tokens } = await rig.signIn({ username: 'user-u-2' });
    const enabled = rig.people.byId.get('u-2')!;
    rig.people.byId.set('u-2', { ...enabled, enabled: false });
    const answer = await rig.refresh(tokens.refresh_token);
    rig.people.byId.set('u-2', enabled);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: 'invalid_grant' });
  });

  it('introspects a token to what RFC 7662 says, and anything else to active false alone', async () => {
    const token = await rig.machineToken();
    expect(await rig.introspect(token, rig.station)).toMatchObject({
      active: true,
      client_id: 'station',
      token_type: 'Bearer',
      iss: ISSUER,
    });
    expect(await rig.introspect('no such token', rig.station)).toEqual({ active: false });
    expect(await rig.introspect(token, rig.partner)).toEqual({ active: false });
    expect((await rig.post('/oauth2/introspect', undefined, { token })).status).toBe(401);
  });

  it('revokes a machine token and says so on the channel', async () => {
    const token = await rig.machineToken();
    const answer = await rig.post('/oauth2/revoke', rig.station, { token });
    expect([answer.status, await answer.text()]).toEqual([200, '']);
    expect(await rig.introspect(token, rig.station)).toEqual({ active: false });
    await heard(token);
  });

  it("does not revoke another client's token", async () => {
    const token = await rig.machineToken();
    await rig.post('/oauth2/revoke', rig.partner, { token });
    expect(await rig.introspect(token, rig.station)).toMatchObject({ active: true });
  });

  it('revokes the access token with its refresh token, and tells of tokens alone', async () => {
    const { tokens } = await rig.signIn();
    await rig.post('/oauth2/revoke', rig.gateway, { token: tokens.refresh_token });
    expect(await rig.introspect(tokens.access_token)).toEqual({ active: false });
    await heard(tokens.access_token);
    expect([...new Set(events.map(({ kind }) => kind))]).toEqual(['token']);
  });

  it('signs out at once when our own client shows the ID token, and ends every token', async () => {
    const { browser, tokens } = await rig.signIn();
    const params = new URLSearchParams({ id_token_hint: tokens.id_token, post_logout_redirect_uri: `${ISSUER}/`, state: 'bye' });
    const answer = await browser.ask(`/oauth2/logout?${params.toString()}`);
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe(`${ISSUER}/?state=bye`);
    expect(await rig.introspect(tokens.access_token)).toEqual({ active: false });
    expect((await rig.refresh(tokens.refresh_token)).status).toBe(400);
    expect(browser.cookieNames).not.toContain('causeway_auth_26080');
    await heard(tokens.access_token);
  });

  it('leaves another client what it was given for offline access when someone signs out', async () => {
    const params = { scope: 'openid offline_access', prompt: 'consent' };
    const { browser, tokens: offline } = await rig.signIn({ client: rig.partner, callback: FOREIGN_CALLBACK, params });
    const { tokens: online } = await rig.signIn({ browser, client: rig.partner, callback: FOREIGN_CALLBACK, params: { scope: 'openid' } });
    const { tokens } = await rig.signIn({ browser });
    await browser.ask(`/oauth2/logout?${new URLSearchParams({ id_token_hint: tokens.id_token }).toString()}`);
    expect(browser.cookieNames).not.toContain('causeway_auth_26080');
    expect(await rig.introspect(tokens.access_token)).toEqual({ active: false });
    expect((await rig.refresh(offline.refresh_token, rig.partner)).status).toBe(200);
    expect((await rig.refresh(online.refresh_token, rig.partner)).status).toBe(400);
  });

  it('keeps a grant as long as the session may use it and the tokens under it live', async () => {
    const days = (count: number) => count * 86_400;
    await rig.database.query('UPDATE oauth_client SET refresh_token_ttl = $1 WHERE client_id = $2', [days(30), 'gateway']);
    // A change to a client is in force after a second.
    await waitFor(async () => {
      await rig.signIn();
      const lives = await Promise.all((await redis.keys('auth:*:Grant')).map((key) => redis.ttl(key)));
      return Math.max(...lives) >= days(30);
    });
    await rig.database.query('UPDATE oauth_client SET refresh_token_ttl = NULL WHERE client_id = $1', ['gateway']);
  });

  it('signs out with an ID token whose access token was refreshed and revoked since', async () => {
    const { browser, tokens } = await rig.signIn();
    const fresh = (await (await rig.refresh(tokens.refresh_token)).json()) as Tokens;
    await rig.post('/oauth2/revoke', rig.gateway, { token: fresh.refresh_token });
    const answer = await browser.ask(`/oauth2/logout?${new URLSearchParams({ id_token_hint: tokens.id_token }).toString()}`);
    expect(answer.headers.get('location')).toBe(`${ISSUER}/oauth2/logout/success`);
    const done = await browser.follow(answer);
    expect(done.status).toBe(200);
    expect(await done.text()).toContain('You are signed out');
  });

  it('asks before it signs out when nobody shows an ID token', async () => {
    const { browser, tokens } = await rig.signIn();
    const page = await browser.ask('/oauth2/logout');
    expect(page.status).toBe(200);
    const text = await page.text();
    expect(text).toContain('Sign out?');
    expect(text).not.toMatch(/<script/);
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(text)?.[1] ?? '';
    expect((await browser.submit('/oauth2/logout/confirm', { xsrf: 'guessed', logout: 'yes' })).status).toBe(400);
    expect(await rig.introspect(tokens.access_token)).toMatchObject({ active: true });
    await browser.submit('/oauth2/logout/confirm', { xsrf, logout: 'yes' });
    expect(await rig.introspect(tokens.access_token)).toEqual({ active: false });
  });

  it('has nothing to ask where nobody is signed in, and redirects to no address that is not registered', async () => {
    expect((await rig.browser().ask('/oauth2/logout')).headers.get('location')).toBe(`${ISSUER}/oauth2/logout/success`);
    const params = new URLSearchParams({ client_id: 'gateway', post_logout_redirect_uri: 'https://evil.example/' });
    const answer = await rig.browser().ask(`/oauth2/logout?${params.toString()}`);
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
  });
});
