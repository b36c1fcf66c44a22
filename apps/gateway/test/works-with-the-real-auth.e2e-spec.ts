import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis, waitFor } from '@app/testing';
import { Browser } from './support/browser.js';
import { GatewayRig, START_TIMEOUT_MS } from './support/gateway-rig.js';
import { MACHINE, PERSON, type RealAuth, startRealAuth } from './support/real-auth.js';
import { startUpstream, type Upstream } from './support/upstream.js';

let rig: GatewayRig;
let auth: RealAuth;
let upstream: Upstream;
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-auth-'));
  rig = await GatewayRig.start({ withoutAuth: true, redis: await startRedis({ dedicated: true }) });
  auth = await startRealAuth(rig, folder);
  upstream = await startUpstream((request, response) => {
    if (request.url !== '/events') {
      response.end('ok');
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: 1\n\n');
  });
  await waitFor(async () => (await rig.fetch('/oauth2/jwks')).status === 200, { timeoutMs: 20_000, what: 'auth behind the gateway' });
  await rig.expose('dynamic', upstream.port);
}, 2 * START_TIMEOUT_MS);

afterAll(async () => {
  await rig.stop();
  await auth.stop();
  await upstream.stop();
  await rig.redis.stop();
  await rm(folder, { recursive: true });
});

const basic = `Basic ${Buffer.from(`${MACHINE.clientId}:${MACHINE.clientSecret}`).toString('base64')}`;

async function machineToken(): Promise<string> {
  const body = new URLSearchParams({ grant_type: 'client_credentials' });
  const answer = await rig.fetch('/oauth2/token', { method: 'POST', headers: { authorization: basic }, body });
  return ((await answer.json()) as { access_token: string }).access_token;
}

async function signIn(browser: Browser): Promise<string> {
  const form = await browser.follow(await browser.ask('/login?return_to=/session'));
  const action = /<form[^>]* action="([^"]+)"/.exec(await form.answer.text())?.[1] ?? '';
  const headers = { origin: rig.publicUrl, 'sec-fetch-site': 'same-origin' };
  const sent = await browser.ask(action, { method: 'POST', headers, body: new URLSearchParams(PERSON) });
  return (await browser.follow(sent)).at;
}

const claimsOfLastCall = () => {
  const [, claims = ''] = upstream.seen.at(-1)?.headers.authorization?.split('.') ?? [];
  return JSON.parse(Buffer.from(claims, 'base64url').toString()) as unknown;
};

describe('a machine', () => {
  it('gets a token through the gateway and calls a service with it', async () => {
    const answer = await rig.fetch('/api/dynamic/x', { headers: { authorization: `Bearer ${await machineToken()}` } });
    expect(answer.status).toBe(200);
    expect(claimsOfLastCall()).toMatchObject({
      ...{ aud: 'dynamic', sub: MACHINE.clientId, kind: 'client', iss: rig.publicUrl },
      permissions: ['dynamic:counters:read'],
    });
  });

  it('is refused at once when its token is revoked, and its event stream is closed', async () => {
    const token = await machineToken();
    const headers = { authorization: `Bearer ${token}` };
    const status = async () => (await rig.fetch('/api/dynamic/x', { headers })).status;
    expect([await status(), await status()]).toEqual([200, 200]);
    const reader = (await rig.fetch('/api/dynamic/events', { headers })).body!.getReader();
    await reader.read();
    const ended = reader.read().then(
      () => 'went on',
      () => 'cut off',
    );
    const revoked = await rig.fetch('/oauth2/revoke', {
      method: 'POST',
      headers: { authorization: basic },
      body: new URLSearchParams({ token }),
    });
    expect(revoked.status).toBe(200);
    await expect(ended).resolves.toBe('cut off');
    expect(await status()).toBe(401);
  });
});

describe('a person', () => {
  it('signs in, works with the services and signs out', async () => {
    const browser = new Browser(rig);
    expect(await signIn(browser)).toBe(`${rig.publicUrl}/session`);
    expect(await browser.session()).toEqual({
      authenticated: true,
      user: {
        ...{ username: PERSON.username, displayName: 'Officer Wang', roles: ['province-officer'] },
        ...{ permissions: ['dynamic:counters:read'], area: '33' },
      },
    });
    expect((await browser.ask('/api/dynamic/x')).status).toBe(200);
    expect(claimsOfLastCall()).toMatchObject({ aud: 'dynamic', sub: 'u-1', kind: 'user', area: '33' });
    const answer = await browser.ask('/logout', { method: 'POST', headers: { origin: rig.publicUrl, accept: 'application/json' } });
    const { location } = (await answer.json()) as { location: string };
    expect((await browser.ask(location)).status).toBeLessThan(400);
    expect(await browser.session()).toEqual({ authenticated: false });
  });

  it("has every session's token revoked at auth when they sign out", async () => {
    const browser = new Browser(rig);
    await signIn(browser);
    const stream = await browser.ask('/api/dynamic/events');
    const reader = stream.body!.getReader();
    await reader.read();
    const ended = reader.read().then(
      () => 'went on',
      () => 'cut off',
    );
    await browser.ask('/logout', { method: 'POST', headers: { origin: rig.publicUrl } });
    await expect(ended).resolves.toBe('cut off');
  });
});
