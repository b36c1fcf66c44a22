import { AppError, CommonError } from '@app/errors';
import type { LiveGatewayConfig } from '../gateway.config.js';
import { GatewayError } from '../gateway.errors.js';
import type { AuthClient, TokenSet } from '../identity/auth.client.js';
import { SessionSecrets } from './session-secrets.js';
import type { SessionRepository } from './session.repository.js';
import { SessionService } from './session.service.js';
import type { Session } from './session.types.js';

/** What Redis would do, for one process. */
class Store {
  readonly sessions = new Map<string, Session>();
  readonly locks = new Map<string, string>();

  create(id: string, session: Session): Promise<void> {
    this.sessions.set(id, session);
    return Promise.resolve();
  }
  find(id: string): Promise<Session | undefined> {
    return Promise.resolve(this.sessions.get(id));
  }
  use(id: string): Promise<Session | undefined> {
    return this.find(id);
  }
  replace(id: string, session: Session): Promise<void> {
    return this.sessions.has(id) ? this.create(id, session) : Promise.resolve();
  }
  remove(id: string): Promise<void> {
    this.sessions.delete(id);
    return Promise.resolve();
  }
  lock(id: string, owner: string): Promise<boolean> {
    if (this.locks.has(id)) return Promise.resolve(false);
    this.locks.set(id, owner);
    return Promise.resolve(true);
  }
  unlock(id: string): Promise<void> {
    this.locks.delete(id);
    return Promise.resolve();
  }
}

function setup(refresh: (token: string) => Promise<TokenSet> = renew) {
  const store = new Store();
  const refreshed: string[] = [];
  const auth = {
    refresh: (token: string) => {
      refreshed.push(token);
      return refresh(token);
    },
  } as unknown as AuthClient;
  const config = { value: { session: { absoluteSeconds: 100 } } } as unknown as LiveGatewayConfig;
  const secrets = new SessionSecrets('one secret of thirty-two characters');
  const create = () => new SessionService(config, store as unknown as SessionRepository, auth, secrets);
  return { sut: create(), other: create(), store, refreshed };
}

const tokens = (expiresIn: number): TokenSet => ({ access_token: 'old', refresh_token: 'refresh', expires_in: expiresIn });
const renew = () => Promise.resolve({ access_token: 'new', refresh_token: 'next', expires_in: 600 });
const refuse = () => Promise.reject(new AppError(CommonError.UNAUTHENTICATED));
const beAway = () => Promise.reject(new AppError(GatewayError.GW_IDENTITY_UNAVAILABLE));

describe(SessionService.name, () => {
  it('finds a session by its cookie, and by nothing else', async () => {
    const { sut } = setup();
    const cookie = await sut.begin(tokens(600));
    await expect(sut.use(cookie)).resolves.toMatchObject({ accessToken: 'old' });
    await expect(sut.use(`${cookie}x`)).resolves.toBeUndefined();
    await expect(sut.use(cookie.split('.', 1)[0] ?? '')).resolves.toBeUndefined();
  });

  it('renews once however many ask, over several instances', async () => {
    const { sut, other, refreshed } = setup();
    const cookie = await sut.begin(tokens(5));
    const found = await Promise.all([sut.use(cookie), sut.use(cookie), other.use(cookie), other.use(cookie)]);
    expect(found.map((session) => session?.accessToken)).toEqual(['new', 'new', 'new', 'new']);
    expect(refreshed).toEqual(['refresh']);
  });

  it('ends a session whose tokens are refused', async () => {
    const { sut, store } = setup(refuse);
    const cookie = await sut.begin(tokens(5));
    await expect(sut.use(cookie)).resolves.toBeUndefined();
    expect(store.sessions.size).toBe(0);
    expect(store.locks.size).toBe(0);
  });

  it('goes on with a token that is still good while auth is away, and fails with one that is not', async () => {
    const { sut } = setup(beAway);
    await expect(sut.use(await sut.begin(tokens(5)))).resolves.toMatchObject({ accessToken: 'old' });
    await expect(sut.use(await sut.begin(tokens(0)))).rejects.toMatchObject({ code: 'GW_IDENTITY_UNAVAILABLE' });
  });

  it('does not bring back a session that was ended during its renewal', async () => {
    const gate = Promise.withResolvers<TokenSet>();
    const { sut, store } = setup(() => gate.promise);
    const cookie = await sut.begin(tokens(5));
    const finding = sut.use(cookie);
    await sut.end(cookie);
    gate.resolve(await renew());
    await finding;
    expect(store.sessions.size).toBe(0);
  });

  it('ends a session after its longest time, however much it is used', async () => {
    const { sut, store } = setup();
    const cookie = await sut.begin(tokens(600));
    for (const [id, session] of store.sessions) store.sessions.set(id, { ...session, endsAt: Date.now() - 1 });
    await expect(sut.use(cookie)).resolves.toBeUndefined();
    expect(store.sessions.size).toBe(0);
  });
});
