import type { Client, KoaContextWithOIDC } from 'oidc-provider';
import type { AuthConfig } from '../auth.config.js';
import { createLoadExistingGrant } from './existing-grant.js';
import { createTtls } from './ttls.js';

const TTL = { accessToken: 10, refreshToken: 100, session: 50 } as AuthConfig['ttl'];

class FakeGrant {
  clientId = 'c';
  scope = '';
  client: unknown;
  remainingTTL = 150;

  constructor(readonly values: { accountId?: string }) {}

  get accountId() {
    return this.values.accountId;
  }

  addOIDCScope(scope: string) {
    this.scope = scope;
  }

  save = () => Promise.resolve('id');
}

/** @param remaining seconds that the session's grant has left */
function setUp(remaining: number, values: { firstParty?: boolean; refreshTokenTtl?: number; consented?: boolean } = {}) {
  const existing = Object.assign(new FakeGrant({ accountId: 'u-1' }), { remainingTTL: remaining });
  const Grant = Object.assign(FakeGrant, { find: () => Promise.resolve(existing) });
  const client = { clientId: 'c', first_party: values.firstParty ?? true, refresh_token_ttl: values.refreshTokenTtl };
  const oidc = {
    client,
    provider: { Grant },
    session: { accountId: 'u-1', grantIdFor: () => 'id' },
    requestParamOIDCScopes: new Set(['openid']),
    ...(values.consented === true && { result: { consent: { grantId: 'id' } } }),
  };
  const load = () => createLoadExistingGrant(TTL)({ oidc } as unknown as KoaContextWithOIDC);
  return { load, existing, client };
}

describe(createLoadExistingGrant.name, () => {
  it("answers under the session's grant while its tokens end before it", async () => {
    const { load, existing } = setUp(100);
    expect(await load()).toBe(existing);
    expect(existing.scope).toBe('openid');
  });

  it('starts a new grant for our own client when the tokens would outlive the old one', async () => {
    const { load, existing, client } = setUp(99);
    const grant = await load();
    expect(grant).not.toBe(existing);
    expect(grant).toMatchObject({ accountId: 'u-1', client, scope: 'openid' });
    const ofLongLived = setUp(100, { refreshTokenTtl: 101 });
    expect(await ofLongLived.load()).not.toBe(ofLongLived.existing);
  });

  it('has another client ask for consent again then, but not for what was consented to just now', async () => {
    expect(await setUp(99, { firstParty: false }).load()).toBeUndefined();
    const consented = setUp(99, { firstParty: false, consented: true });
    expect(await consented.load()).toBe(consented.existing);
  });
});

describe(createTtls.name, () => {
  const ttls = createTtls(TTL)!;
  const life = (name: 'Grant' | 'Session', value: object) => (ttls[name] as (ctx: unknown, value: object) => number)(undefined, value);
  const now = () => Math.floor(Date.now() / 1_000);

  it("lets a grant live as long as the session and the client's own tokens after it", () => {
    expect(life('Grant', {})).toBe(150);
    expect(life('Grant', { client: { refresh_token_ttl: 1_000 } as unknown as Client })).toBe(1_050);
  });

  it('counts the life of a session from the sign-in', () => {
    expect(life('Session', {})).toBe(50);
    expect(life('Session', { loginTs: now() - 20 })).toBeLessThanOrEqual(30);
    expect(life('Session', { loginTs: now() - 60 })).toBe(1);
  });
});
