import { Permission } from '@app/contracts';
import { verifyInternalToken } from '@app/security';
import { waitFor } from '@app/testing';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader } from 'jose';
import { person } from './people.js';
import { FOREIGN_CALLBACK, ISSUER, Rig, START_TIMEOUT_MS } from './rig.js';

interface Exchanged {
  access_token: string;
  issued_token_type: string;
  token_type: string;
  expires_in: number;
}

describe('token exchange', () => {
  let rig: Rig;

  beforeAll(async () => {
    rig = await Rig.start();
  }, START_TIMEOUT_MS);
  afterAll(() => rig.stop());

  const exchange = async (token: string, audience: string) => (await (await rig.exchange(token, audience)).json()) as Exchanged;
  const verify = (token: string, audience: string) =>
    verifyInternalToken(token, createRemoteJWKSet(new URL(`${rig.service.url}/oauth2/jwks`)), { issuer: ISSUER, audience });

  it("turns a machine's token into one for a service, with the permissions of its scopes", async () => {
    const answer = await exchange(await rig.machineToken(), 'dynamic');
    expect(answer).toMatchObject({ issued_token_type: 'urn:ietf:params:oauth:token-type:jwt', token_type: 'Bearer' });
    expect(answer.expires_in).toBeGreaterThan(50);
    expect(answer.expires_in).toBeLessThanOrEqual(60);
    const { principal } = await verify(answer.access_token, 'dynamic');
    expect(principal).toEqual({
      subject: 'station',
      kind: 'client',
      clientId: 'station',
      roles: [],
      permissions: [Permission.PassRecordsWrite, Permission.CountersRead],
    });
    expect(decodeProtectedHeader(answer.access_token)).toMatchObject({
      alg: 'ES256',
      typ: 'internal+jwt',
      kid: expect.any(String) as string,
    });
  });

  it('is given for a service that somebody else has registered, too', async () => {
    const { access_token: token } = await exchange(await rig.machineToken(), 'weather');
    expect((await verify(token, 'weather')).principal).toMatchObject({ subject: 'station' });
  });

  it('is for the inside alone: what came through the gateway from outside is refused, with the gateway’s own secret too', async () => {
    const token = await rig.machineToken();
    const refused = await rig.exchange(token, 'dynamic', rig.gateway, { 'x-forwarded-host': 'causeway.example' });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ error: 'unauthorized_client' });
    expect((await rig.exchange(token, 'dynamic')).status).toBe(200);
  });

  it('gives a person all of their permissions through our own client, and tells their area', async () => {
    rig.people.byId.set('u-1', person({ id: 'u-1', username: 'user-u-1', area: '3301' }));
    const { tokens } = await rig.signIn();
    const { principal } = await verify((await exchange(tokens.access_token, 'statistics')).access_token, 'statistics');
    expect(principal).toEqual({
      subject: 'u-1',
      kind: 'user',
      clientId: 'gateway',
      username: 'user-u-1',
      name: 'Person u-1',
      roles: ['officer'],
      permissions: [Permission.CountersRead, Permission.ReportsRead],
      area: '3301',
    });
  });

  it('gives a person no more through a foreign client than they have and consented to', async () => {
    const params = { scope: `openid ${Permission.ReportsRead} ${Permission.EventsRead}` };
    const { tokens } = await rig.signIn({ client: rig.partner, callback: FOREIGN_CALLBACK, params });
    const { principal } = await verify((await exchange(tokens.access_token, 'statistics')).access_token, 'statistics');
    expect(principal.permissions).toEqual([Permission.ReportsRead]);
    expect(principal.clientId).toBe('partner');
  });

  it('never hands on the permission that is for auth alone', async () => {
    rig.people.byId.set(
      'u-1',
      person({ id: 'u-1', username: 'user-u-1', permissions: [Permission.PrincipalsRead, Permission.ReportsRead] }),
    );
    const { tokens } = await rig.signIn();
    const { principal } = await verify((await exchange(tokens.access_token, 'system')).access_token, 'system');
    expect(principal.permissions).toEqual([Permission.ReportsRead]);
  });

  it('makes a token that another service refuses', async () => {
    const { access_token: token } = await exchange(await rig.machineToken(), 'dynamic');
    await expect(verify(token, 'statistics')).rejects.toThrow('aud');
  });

  it('makes no token that outlives its subject', async () => {
    const setTtl = (ttl: number | null) =>
      rig.database.query('UPDATE oauth_client SET access_token_ttl = $1 WHERE client_id = $2', [ttl, 'station']);
    await setTtl(20);
    const { access_token: token } = await waitFor(async () => {
      const exchanged = await exchange(await rig.machineToken(), 'system');
      return exchanged.expires_in <= 20 ? exchanged : undefined;
    });
    await setTtl(null);
    expect(decodeJwt(token).exp).toBeLessThanOrEqual(Date.now() / 1000 + 20);
  });

  it.each<[string, () => Promise<Response>, number, string]>([
    ['a token that nobody issued', () => rig.exchange('x'.repeat(43), 'system'), 400, 'invalid_request'],
    ['an audience that no service can have', async () => rig.exchange(await rig.machineToken(), 'no service'), 400, 'invalid_target'],
    ['no audience', async () => rig.exchange(await rig.machineToken(), ''), 400, 'invalid_target'],
    [
      'a client that is not the gateway',
      async () => rig.exchange(await rig.machineToken(), 'system', rig.station),
      400,
      'unauthorized_client',
    ],
    ['a bad secret', () => rig.exchange('x', 'system', { ...rig.gateway, clientSecret: 'wrong' }), 401, 'invalid_client'],
  ])('refuses %s', async (_, ask, status, error) => {
    const answer = await ask();
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ error });
  });

  it('refuses a refresh token as subject', async () => {
    const { tokens } = await rig.signIn();
    expect(await (await rig.exchange(tokens.refresh_token, 'system')).json()).toMatchObject({ error: 'invalid_request' });
  });

  it('refuses a token that was revoked, and a token whose owner was disabled', async () => {
    const machine = await rig.machineToken();
    await rig.post('/oauth2/revoke', rig.station, { token: machine });
    expect(await (await rig.exchange(machine, 'system')).json()).toMatchObject({ error: 'invalid_request' });
    const { tokens } = await rig.signIn({ username: 'user-u-2' });
    const enabled = rig.people.byId.get('u-2')!;
    rig.people.byId.set('u-2', { ...enabled, enabled: false });
    const answer = await rig.exchange(tokens.access_token, 'system');
    rig.people.byId.set('u-2', enabled);
    expect(await answer.json()).toMatchObject({ error: 'invalid_request' });
  });

  it.each<[string, { status: number } | { hang: true }]>([
    ['fails', { status: 500 }],
    ['refuses', { status: 401 }],
    ['does not answer', { hang: true }],
  ])('answers temporarily_unavailable while system %s, and never permissions that may be wrong', async (_, outage) => {
    const { tokens } = await rig.signIn();
    rig.people.outage = outage;
    const answer = await rig.exchange(tokens.access_token, 'system');
    rig.people.outage = undefined;
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(await answer.json()).toEqual({ error: 'temporarily_unavailable', error_description: 'people cannot be looked up now' });
    expect((await rig.exchange(tokens.access_token, 'system')).status).toBe(200);
  });
});
