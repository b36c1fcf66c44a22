import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import {
  answerForms,
  authorizeUrl,
  CALLBACK,
  FOREIGN_CALLBACK,
  ISSUER,
  newPkce,
  PASSWORD,
  Rig,
  START_TIMEOUT_MS,
  type Tokens,
} from './rig.js';

describe('authorization_code with PKCE through the pages', () => {
  let rig: Rig;

  beforeAll(async () => {
    rig = await Rig.start();
  }, START_TIMEOUT_MS);
  afterAll(() => rig.stop());

  it('signs in, comes back with code, state and issuer, and redeems the code', async () => {
    const browser = rig.browser();
    const pkce = newPkce();
    const start = await browser.ask(authorizeUrl(pkce));
    expect(start.status).toBe(303);
    expect(start.headers.get('location')).toMatch(/^\/oauth2\/interaction\/[\w-]+$/);
    const page = await browser.follow(start);
    expect(page.status).toBe(200);
    const path = start.headers.get('location') ?? '';
    const back = await browser.follow(await browser.submit(`${path}/login`, { username: ' USER-U-1 ', password: PASSWORD }));
    const target = new URL(back.headers.get('location') ?? '');
    expect(target.origin + target.pathname).toBe(CALLBACK);
    expect(Object.fromEntries(target.searchParams)).toEqual({ code: expect.any(String) as string, state: 'some-state', iss: ISSUER });

    const answer = await rig.redeem(target.searchParams.get('code') ?? '', pkce);
    expect(answer.status).toBe(200);
    const tokens = (await answer.json()) as Tokens;
    expect(tokens).toMatchObject({ token_type: 'Bearer', expires_in: 3600, refresh_token: expect.any(String) as string });
    const keys = createRemoteJWKSet(new URL(`${rig.service.url}/oauth2/jwks`));
    const { payload } = await jwtVerify(tokens.id_token, keys, { issuer: ISSUER, audience: 'gateway' });
    // It travels in addresses when someone signs out: who signed in, and nothing about them (OpenID Connect Core section 5.4).
    expect(Object.keys(payload).sort()).toEqual(['aud', 'exp', 'iat', 'iss', 'sub']);
    expect(payload.sub).toBe('u-1');
    const userinfo = await fetch(`${rig.service.url}/oauth2/userinfo`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    expect(await userinfo.json()).toMatchObject({ sub: 'u-1', name: 'Person u-1', preferred_username: 'user-u-1', roles: ['officer'] });
    expect(decodeProtectedHeader(tokens.id_token).alg).toBe('ES256');
  });

  it('does not ask again who is signed in already', async () => {
    const { browser } = await rig.signIn();
    const back = await browser.follow(await browser.ask(authorizeUrl(newPkce())));
    expect(back.headers.get('location')).toMatch(`${CALLBACK}?code=`);
  });

  it('names its cookies after service and port, and hides them from scripts', async () => {
    const start = await rig.browser().ask(authorizeUrl(newPkce()));
    const cookies = start.headers.getSetCookie();
    expect(cookies.length).toBeGreaterThan(0);
    for (const cookie of cookies) {
      expect(cookie).toMatch(/^causeway_auth_26080/);
      expect(cookie).toMatch(/httponly/i);
      expect(cookie).toMatch(/samesite=lax/i);
      expect(cookie).not.toMatch(/secure/i);
    }
    const { browser } = await rig.signIn();
    expect(browser.cookieNames).toEqual(expect.arrayContaining(['causeway_auth_26080', 'causeway_auth_26080.sig']));
  });

  it.each([
    ['no challenge', { code_challenge: undefined, code_challenge_method: undefined }],
    ['a plain challenge', { code_challenge_method: 'plain' }],
    ['a response type without a code', { response_type: 'token' }],
  ])('refuses %s, and tells the client by redirect', async (_, params) => {
    const back = await rig.browser().ask(authorizeUrl(newPkce(), params));
    expect(back.status).toBe(303);
    const target = new URL(back.headers.get('location') ?? '');
    expect(target.origin + target.pathname).toBe(CALLBACK);
    expect(new URLSearchParams(target.search || target.hash.slice(1)).get('error')).toMatch(
      /^(invalid_request|unsupported_response_type)$/,
    );
  });

  it.each([
    ['an unknown client', { client_id: 'nobody' }],
    ['an address that is not registered', { redirect_uri: 'https://evil.example/' }],
    ['a longer address than the registered one', { redirect_uri: `${CALLBACK}/x` }],
  ])('shows %s an error page and redirects nowhere', async (_, params) => {
    const answer = await rig.browser().ask(authorizeUrl(newPkce(), params));
    expect(answer.status).toBe(400);
    expect(answer.headers.get('location')).toBeNull();
    expect(answer.headers.get('content-type')).toMatch('text/html');
    expect(answer.headers.get('content-security-policy')).toMatch("default-src 'none'");
  });

  it('redeems a code once, and revokes what it gave when it is shown again', async () => {
    const { code, pkce, tokens } = await rig.signIn();
    expect(await rig.introspect(tokens.access_token)).toMatchObject({ active: true });
    const again = await rig.redeem(code, pkce);
    expect(again.status).toBe(400);
    expect(await again.json()).toMatchObject({ error: 'invalid_grant' });
    expect(await rig.introspect(tokens.access_token)).toEqual({ active: false });
    expect((await rig.refresh(tokens.refresh_token)).status).toBe(400);
  });

  it('gives tokens to one of many that redeem the same code at once', async () => {
    const browser = rig.browser();
    await rig.signIn({ browser });
    const pkce = newPkce();
    const back = await browser.follow(await browser.ask(authorizeUrl(pkce)));
    const code = new URL(back.headers.get('location') ?? '').searchParams.get('code') ?? '';
    const answers = await Promise.all(Array.from({ length: 8 }, () => rig.redeem(code, pkce)));
    expect(answers.filter(({ status }) => status === 200).length).toBe(1);
    expect(answers.every(({ status }) => status === 200 || status === 400)).toBe(true);
  });

  it('refuses a wrong verifier and a code of another client', async () => {
    const browser = rig.browser();
    await rig.signIn({ browser });
    const newCode = async (pkce = newPkce()) => {
      const back = await browser.follow(await browser.ask(authorizeUrl(pkce)));
      return { pkce, code: new URL(back.headers.get('location') ?? '').searchParams.get('code') ?? '' };
    };
    const first = await newCode();
    expect(await (await rig.redeem(first.code, newPkce())).json()).toMatchObject({ error: 'invalid_grant' });
    const second = await newCode();
    expect(await (await rig.redeem(second.code, second.pkce, rig.partner)).json()).toMatchObject({ error: 'invalid_grant' });
  });

  it('asks for consent for a client that is not ours, and grants no more than was allowed', async () => {
    const browser = rig.browser();
    const pkce = newPkce();
    const params = { client_id: 'partner', redirect_uri: FOREIGN_CALLBACK, scope: 'openid profile statistics:reports:read' };
    const signIn = await browser.ask(authorizeUrl(pkce, params));
    const loginPath = `${signIn.headers.get('location') ?? ''}/login`;
    await browser.follow(signIn);
    const consent = await browser.follow(await browser.submit(loginPath, { username: 'user-u-1', password: PASSWORD }));
    expect(consent.status).toBe(200);
    const text = await consent.text();
    expect(text).toContain('Partner &lt;b&gt;&amp; Co&lt;/b&gt;');
    expect(text).toContain('statistics:reports:read');
    expect(consent.headers.get('content-security-policy')).toContain("form-action 'self' https://partner.example;");
    const action = /action="([^"]+\/consent)"/.exec(text)?.[1] ?? '';
    const back = await browser.follow(await browser.submit(action, {}));
    const target = new URL(back.headers.get('location') ?? '');
    expect(target.origin + target.pathname).toBe(FOREIGN_CALLBACK);
    const answer = await rig.redeem(target.searchParams.get('code') ?? '', pkce, rig.partner, FOREIGN_CALLBACK);
    const tokens = (await answer.json()) as Tokens;
    expect(tokens.scope.split(' ').sort()).toEqual(['openid', 'profile', 'statistics:reports:read']);
    const userinfo = await fetch(`${rig.service.url}/oauth2/userinfo`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    expect(await userinfo.json()).toEqual({ sub: 'u-1', name: 'Person u-1', preferred_username: 'user-u-1' });
  });

  it('names what is asked for when consent is asked for again', async () => {
    const params = { scope: 'openid statistics:reports:read' };
    const { browser } = await rig.signIn({ client: rig.partner, callback: FOREIGN_CALLBACK, params });
    const again = { ...params, client_id: 'partner', redirect_uri: FOREIGN_CALLBACK, prompt: 'consent' };
    const pkce = newPkce();
    const page = await (await browser.follow(await browser.ask(authorizeUrl(pkce, again)))).text();
    expect(page).toContain('Know who you are');
    expect(page).toContain('statistics:reports:read');
    const action = /action="([^"]+\/consent)"/.exec(page)?.[1] ?? '';
    const back = await browser.follow(await browser.submit(action, {}));
    const code = new URL(back.headers.get('location') ?? '').searchParams.get('code') ?? '';
    const tokens = (await (await rig.redeem(code, pkce, rig.partner, FOREIGN_CALLBACK)).json()) as Tokens;
    expect(tokens.scope.split(' ').sort()).toEqual(['openid', 'statistics:reports:read']);
  });

  it('lets a public client redeem its code by PKCE alone, from pages of its own origin only', async () => {
    const callback = 'https://public.example/callback';
    await rig.database.query(
      `INSERT INTO oauth_client (client_id, name, token_endpoint_auth_method, grant_types, scopes, redirect_uris)
       VALUES ('public', 'Public', 'none', '{authorization_code}', '{openid}', $1)`,
      [[callback]],
    );
    const browser = rig.browser();
    const redeem = async (origin: string) => {
      const pkce = newPkce();
      const url = authorizeUrl(pkce, { client_id: 'public', redirect_uri: callback, scope: 'openid' });
      const back = await answerForms(browser, await browser.follow(await browser.ask(url)), 'user-u-1');
      const code = new URL(back.headers.get('location') ?? '').searchParams.get('code') ?? '';
      const fields = { grant_type: 'authorization_code', client_id: 'public', code, redirect_uri: callback, code_verifier: pkce.verifier };
      const answer = await rig.post('/oauth2/token', undefined, fields, { origin });
      return [answer.status, answer.headers.get('access-control-allow-origin')];
    };
    expect(await redeem('https://public.example')).toEqual([200, 'https://public.example']);
    expect((await redeem('https://evil.example'))[0]).toBe(400);
  });

  it('tells the client access_denied when the person denies', async () => {
    const browser = rig.browser();
    const params = { client_id: 'partner', redirect_uri: FOREIGN_CALLBACK };
    const signIn = await browser.ask(authorizeUrl(newPkce(), params));
    const back = await browser.follow(await browser.submit(`${signIn.headers.get('location') ?? ''}/abort`, {}));
    expect(new URL(back.headers.get('location') ?? '').searchParams.get('error')).toBe('access_denied');
  });

  it('asks someone to sign in again who was disabled after signing in', async () => {
    const { browser } = await rig.signIn({ username: 'user-u-2' });
    const enabled = rig.people.byId.get('u-2')!;
    rig.people.byId.set('u-2', { ...enabled, enabled: false });
    const answer = await browser.follow(await browser.ask(authorizeUrl(newPkce())));
    rig.people.byId.set('u-2', enabled);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('name="password"');
  });
});
