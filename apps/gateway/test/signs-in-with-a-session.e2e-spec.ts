import { createHash, randomUUID } from 'node:crypto';
import { waitFor } from '@app/testing';
import { Redis } from 'ioredis';
import { Browser } from './support/browser.js';
import { GatewayRig, START_TIMEOUT_MS } from './support/gateway-rig.js';
import { type RawAnswer, rawExchange } from './support/raw-exchange.js';
import type { StubBearer } from './support/stub-auth.js';
import { startUpstream, type Upstream } from './support/upstream.js';

const OFFICER: StubBearer = {
  ...{ sub: 'u-1', kind: 'user', username: 'officer', name: 'Officer Wang' },
  ...{ roles: ['province-officer'], permissions: ['dynamic:counters:read'], area: '33' },
};
let rig: GatewayRig;
let upstream: Upstream;
let redis: Redis;

beforeAll(async () => {
  rig = await GatewayRig.start();
  upstream = await startUpstream();
  redis = new Redis(rig.redis.url);
  await rig.expose('demo', upstream.port);
}, START_TIMEOUT_MS);

afterAll(async () => {
  redis.disconnect();
  await rig.stop();
  await upstream.stop();
});

beforeEach(() => {
  rig.auth.expiresIn = 600;
  rig.auth.isDown = false;
});

/** Goes to sign in; auth then sends the browser back with a code. */
async function begin(browser: Browser, returnTo = '/live'): Promise<{ authorize: URL; callback: string; code: string }> {
  const answer = await browser.ask(`/login?return_to=${encodeURIComponent(returnTo)}`);
  expect(answer.status).toBe(302);
  const authorize = new URL(answer.headers.get('location') ?? '');
  const code = randomUUID();
  rig.auth.codes.set(code, OFFICER);
  const back = new URLSearchParams({ code, state: authorize.searchParams.get('state') ?? '', iss: rig.publicUrl });
  return { authorize, code, callback: `/login/callback?${back.toString()}` };
}

async function signIn(browser: Browser): Promise<void> {
  const { callback } = await begin(browser);
  expect((await browser.ask(callback)).status).toBe(303);
}

const SIGNED_OUT = { authenticated: false };
const sameOrigin = () => ({ origin: rig.publicUrl });

describe('signing in', () => {
  it('goes to auth with PKCE and state, and comes back to where it began', async () => {
    const browser = new Browser(rig);
    const { authorize, callback, code } = await begin(browser, '/reports?a=1#b');
    expect(authorize.href.startsWith(`${rig.publicUrl}/oauth2/authorize?`)).toBe(true);
    expect(Object.fromEntries(authorize.searchParams)).toMatchObject({
      client_id: 'gateway',
      response_type: 'code',
      code_challenge_method: 'S256',
      redirect_uri: `${rig.publicUrl}/login/callback`,
      scope: 'openid profile',
    });
    const answer = await browser.ask(callback);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/reports?a=1#b']);
    const redeemed = rig.auth.asked.find((form) => form.get('code') === code);
    const challenge = createHash('sha256')
      .update(redeemed?.get('code_verifier') ?? '')
      .digest('base64url');
    expect(challenge).toBe(authorize.searchParams.get('code_challenge'));
    expect(redeemed?.get('redirect_uri')).toBe(`${rig.publicUrl}/login/callback`);
  });

  it('gives a session that says who it is', async () => {
    const browser = new Browser(rig);
    expect(await browser.session()).toEqual(SIGNED_OUT);
    await signIn(browser);
    expect(await browser.session()).toEqual({
      authenticated: true,
      user: {
        username: 'officer',
        displayName: 'Officer Wang',
        roles: ['province-officer'],
        permissions: ['dynamic:counters:read'],
        area: '33',
      },
    });
  });

  it('hands the browser no token, and keeps none readable', async () => {
    const browser = new Browser(rig);
    const { callback } = await begin(browser);
    const answer = await browser.ask(callback);
    const cookie = answer.headers.getSetCookie().find((line) => line.startsWith(`causeway_gateway_${rig.port}=`));
    expect(cookie).toMatch(/; HttpOnly; SameSite=Lax$/);
    const kept = await Promise.all((await redis.keys('gateway:*')).map((key) => redis.get(key)));
    const everything = [...answer.headers.getSetCookie(), ...kept, await redis.keys('*')].join(' ');
    for (const token of [...rig.auth.tokens.keys(), ...rig.auth.refreshTokens.keys()]) expect(everything).not.toContain(token);
    const id = browser.cookies.get(`causeway_gateway_${rig.port}`)?.split('.', 1)[0] ?? '';
    expect(everything.split(cookie ?? '').join('')).not.toContain(id);
  });

  it.each([
    ['another state', (callback: string) => callback.replace(/state=[^&]+/, 'state=other')],
    ['no state', (callback: string) => callback.replace(/state=[^&]+&?/, '')],
    ['an unknown code', (callback: string) => callback.replace(/code=[^&]+/, 'code=unknown')],
    ['another issuer', (callback: string) => callback.replace(/iss=[^&]+/, 'iss=http%3A%2F%2Fevil.example')],
    ['no issuer', (callback: string) => callback.replace(/&iss=[^&]+/, '')],
    ['a refusal', () => '/login/callback?error=access_denied&state=x'],
    ['an error', () => '/login/callback?error=server_error&state=x'],
  ])('fails with %s', async (_, change) => {
    const browser = new Browser(rig);
    const { callback } = await begin(browser);
    const answer = await browser.ask(change(callback));
    expect([answer.status, await answer.json()]).toEqual([401, expect.objectContaining({ code: 'GW_SIGN_IN_FAILED' })]);
    expect(await browser.session()).toEqual(SIGNED_OUT);
  });

  it.each(['application/json', 'text/html'])(
    'while auth is away says so (to %s) and when to try again, and is in the log',
    async (accept) => {
      const browser = new Browser(rig);
      const { callback } = await begin(browser);
      rig.auth.isDown = true;
      const failures = async () =>
        (await rig.gateway.logs()).filter(({ msg, code }) => msg === 'A request failed' && code === 'GW_IDENTITY_UNAVAILABLE');
      const before = await failures();
      const host = new URL(rig.publicUrl).host;
      const { text } = await rawVisit(callback, { host, accept, cookie: browser.cookieHeader(callback) });
      const [head = '', body = ''] = text.split('\r\n\r\n');
      expect(head).toMatch(/^HTTP\/1\.1 503 .*\r\nretry-after: 1\r\n/is);
      expect(body).toContain(accept === 'text/html' ? 'href="/login"' : '"code":"GW_IDENTITY_UNAVAILABLE"');
      await waitFor(async () => (await failures()).length > before.length);
      expect(await browser.session()).toEqual(SIGNED_OUT);
    },
  );

  it('fails in a browser that did not begin it, and a second time', async () => {
    const browser = new Browser(rig);
    const { callback } = await begin(browser);
    expect((await new Browser(rig).ask(callback)).status).toBe(401);
    expect((await browser.ask(callback)).status).toBe(303);
    expect((await browser.ask(callback)).status).toBe(401);
  });

  it.each([
    ['/login/callback?error=access_denied&state=x', 'zh-CN', '您已取消登录'],
    ['/login/callback?error=access_denied&state=x', 'en', 'You cancelled it'],
    ['/login/callback?error=server_error&state=x', 'en', 'It took too long'],
    ['/login/callback?code=x&state=x', 'zh-CN', '登录超时'],
    ['/login?code=x', 'en', 'It took too long'],
    ['/login?code=x', 'en', '登录超时', 'causeway_language=zh-CN'],
  ])(
    'that failed (%s, %s) shows a person a page in the look of the product, with the way back',
    async (path, language, text, cookie = '') => {
      const headers = { accept: 'text/html', 'accept-language': language, cookie, host: new URL(rig.publicUrl).host };
      const page = await pageOf(path, headers);
      expect(page).toMatch(/^401 .*<p class="product">Causeway .*href="\/login"/s);
      expect(page).toContain(text);
      const style = /<style>(.*)<\/style>/s.exec(page)?.[1] ?? '';
      const { text: whole } = await rawVisit(path, headers);
      expect(whole).toContain(`style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    },
  );

  it('replaces the session that was there', async () => {
    const browser = new Browser(rig);
    await signIn(browser);
    const first = browser.cookies;
    await signIn(browser);
    const former = new Browser(rig);
    for (const [name, value] of first) former.setCookie(name, value);
    expect(await former.session()).toEqual(SIGNED_OUT);
    expect(await browser.session()).toMatchObject({ authenticated: true });
  });
});

describe('a session', () => {
  it('is a credential for the services, with an internal token of its person', async () => {
    const browser = new Browser(rig);
    await signIn(browser);
    const answer = await browser.ask('/api/demo/x');
    expect(answer.status).toBe(200);
    const { headers } = upstream.seen.at(-1)!;
    const claims = Buffer.from(headers.authorization?.split('.')[1] ?? '', 'base64url').toString();
    expect(JSON.parse(claims)).toMatchObject({ sub: 'u-1', kind: 'user', aud: 'demo' });
    expect(headers.cookie).toBeUndefined();
  });

  it('may not be used by another site', async () => {
    const browser = new Browser(rig);
    await signIn(browser);
    const post = async (headers: Record<string, string>) => (await browser.ask('/api/demo/x', { method: 'POST', headers })).status;
    upstream.seen.length = 0;
    expect(await post({})).toBe(403);
    expect(await post({ origin: 'http://evil.example' })).toBe(403);
    expect(await post({ origin: 'null' })).toBe(403);
    expect(await post({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(upstream.seen).toEqual([]);
    expect(await post(sameOrigin())).toBe(200);
    expect(await post({ 'sec-fetch-site': 'same-origin' })).toBe(200);
  });

  it('is renewed once, however many ask', async () => {
    rig.auth.expiresIn = 5;
    const browser = new Browser(rig);
    await signIn(browser);
    rig.auth.expiresIn = 600;
    rig.auth.asked.length = 0;
    const statuses = await Promise.all(Array.from({ length: 10 }, async () => (await browser.ask('/api/demo/x')).status));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(rig.auth.asked.filter((form) => form.get('grant_type') === 'refresh_token')).toHaveLength(1);
  });

  it('lives on with use, which is written down only now and then', async () => {
    const browser = new Browser(rig);
    const before = new Set(await redis.keys('gateway:*:session'));
    await signIn(browser);
    const key = (await redis.keys('gateway:*:session')).find((name) => !before.has(name)) ?? '';
    const secondsLeftAfterUse = async (secondsLeft: number) => {
      await redis.expire(key, secondsLeft);
      expect(await browser.session()).toMatchObject({ authenticated: true });
      return redis.ttl(key);
    };
    expect(await secondsLeftAfterUse(3_000)).toBeGreaterThan(3_590);
    expect(await secondsLeftAfterUse(3_500)).toBeLessThanOrEqual(3_500);
  });

  it('ends when its tokens do', async () => {
    const browser = new Browser(rig);
    await signIn(browser);
    for (const [token, bearer] of rig.auth.tokens) if (bearer === OFFICER) rig.auth.tokens.delete(token);
    await rig.revoke({ kind: 'user', sub: 'u-1' });
    await waitFor(async () => (await browser.ask('/api/demo/x')).status === 401);
    expect(await browser.session()).toEqual(SIGNED_OUT);
    expect(browser.cookies.size).toBe(0);
  });

  it('that was forged is none', async () => {
    const browser = new Browser(rig);
    browser.setCookie(`causeway_gateway_${rig.port}`, 'forged.value');
    expect((await browser.ask('/api/demo/x')).status).toBe(401);
    expect(await browser.session()).toEqual(SIGNED_OUT);
  });
});

describe('signing out', () => {
  it('ends the session and its tokens, and says where to go', async () => {
    const browser = new Browser(rig);
    await signIn(browser);
    const answer = await browser.ask('/logout', { method: 'POST', headers: { ...sameOrigin(), accept: 'application/json' } });
    expect(answer.status).toBe(200);
    const { location } = (await answer.json()) as { location: string };
    const url = new URL(location);
    expect(`${url.origin}${url.pathname}`).toBe(`${rig.publicUrl}/oauth2/logout`);
    expect(Object.fromEntries(url.searchParams)).toEqual({ id_token_hint: 'an.id.token', post_logout_redirect_uri: `${rig.publicUrl}/` });
    expect(browser.cookies.size).toBe(0);
    expect(rig.auth.revoked.slice(-2).map((token) => token.split('-', 1)[0])).toEqual(['refresh', 'access']);
    expect(await browser.session()).toEqual(SIGNED_OUT);
  });

  it('redirects a form, and does no harm without a session', async () => {
    const answer = await new Browser(rig).ask('/logout', { method: 'POST', headers: sameOrigin() });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
  });

  it('cannot be made by another site, nor by a link', async () => {
    const browser = new Browser(rig);
    await signIn(browser);
    expect((await browser.ask('/logout', { method: 'POST', headers: { origin: 'http://evil.example' } })).status).toBe(403);
    expect((await browser.ask('/logout', { method: 'POST' })).status).toBe(403);
    expect([404, 405]).toContain((await browser.ask('/logout')).status);
    expect(await browser.session()).toMatchObject({ authenticated: true });
  });
});

describe('a page visit', () => {
  const html = { accept: 'text/html' };

  it('without a session is sent to sign in', async () => {
    const page = await pageOf('/api/demo/x?y=1', { ...html, host: new URL(rig.publicUrl).host });
    expect(page).toMatch(/^302 \/login\?return_to=%2Fapi%2Fdemo%2Fx%3Fy%3D1/);
  });

  it('under another name is sent to the canonical address, a call is not', async () => {
    expect(await pageOf('/live?a=1', { ...html, host: `127.0.0.1:${rig.port}` })).toMatch(`302 ${rig.publicUrl}/live?a=1`);
    expect(await pageOf('/api/demo/x', { ...html, host: `127.0.0.1:${rig.port}`, authorization: 'Bearer a-good-token' })).toMatch(/^200/);
  });

  it('finds a clear page where the console is not built', async () => {
    expect(await pageOf('/', { ...html, host: new URL(rig.publicUrl).host })).toMatch(/^503 .*npm run build/s);
  });
});

/** The answer to a request whose headers may be any: fetch does not let `Host` be set. */
function rawVisit(path: string, headers: Record<string, string>): Promise<RawAnswer> {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return rawExchange(rig.port, `GET ${path} HTTP/1.1\r\n${lines.join('')}Connection: close\r\n\r\n`);
}

/** Status, Location and body. */
async function pageOf(path: string, headers: Record<string, string>): Promise<string> {
  const { status, text } = await rawVisit(path, headers);
  return `${status} ${/\r\nlocation: (.*)\r\n/i.exec(text)?.[1] ?? ''} ${Buffer.from(text, 'latin1').toString()}`;
}
