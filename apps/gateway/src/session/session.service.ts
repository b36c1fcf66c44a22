import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@app/errors';
import { randomSecret } from '@app/security';
import { Inject, Injectable } from '@nestjs/common';
import type { LiveGatewayConfig } from '../gateway.config.js';
import { GatewayError } from '../gateway.errors.js';
import { LIVE_GATEWAY_CONFIG } from '../gateway.tokens.js';
import { AuthClient, type TokenSet } from '../identity/auth.client.js';
import { isUnauthenticated } from '../identity/identity.service.js';
import { SessionSecrets } from './session-secrets.js';
import { SessionRepository } from './session.repository.js';
import type { Session } from './session.types.js';

/** An access token is renewed before its last moments. */
const REFRESH_AHEAD_MS = 30_000;
const LOCK_TTL_MS = 15_000;
const LOCK_WAIT_MS = 10_000;
const LOCK_POLL_MS = 50;

/** Sessions of browsers: who has one, and its access token, kept fresh by one renewal at a time over all instances. */
@Injectable()
export class SessionService {
  private readonly renewals = new Map<string, Promise<Session | undefined>>();

  constructor(
    @Inject(LIVE_GATEWAY_CONFIG) private readonly config: LiveGatewayConfig,
    private readonly repository: SessionRepository,
    private readonly auth: AuthClient,
    private readonly secrets: SessionSecrets,
  ) {}

  /**
   * Begins a session.
   *
   * @returns the value of its cookie
   */
  async begin(tokens: TokenSet): Promise<string> {
    const id = randomSecret();
    const endsAt = Date.now() + this.config.value.session.absoluteSeconds * 1_000;
    await this.repository.create(id, { ...toSession(tokens), endsAt });
    return this.secrets.sign(id);
  }

  /**
   * The session of a cookie, its access token good for a while; undefined when there is none (any more). Its idle time begins anew.
   *
   * @throws AppError GW_IDENTITY_UNAVAILABLE when that cannot be said now
   */
  async use(cookie: string): Promise<Session | undefined> {
    const id = this.secrets.verify(cookie);
    return id === undefined ? undefined : this.keepFresh(id, await this.repository.use(id));
  }

  /**
   * Ends the session of a cookie.
   *
   * @returns what it was
   */
  async end(cookie: string): Promise<Session | undefined> {
    const id = this.secrets.verify(cookie);
    if (id === undefined) return undefined;
    const session = await this.repository.find(id);
    await this.repository.remove(id);
    return session;
  }

  private async keepFresh(id: string, session: Session | undefined): Promise<Session | undefined> {
    if (session === undefined) return undefined;
    if (session.endsAt <= Date.now()) return this.drop(id);
    return isFresh(session) ? session : this.renew(id);
  }

  private renew(id: string): Promise<Session | undefined> {
    const known = this.renewals.get(id);
    if (known !== undefined) return known;
    const renewal = this.renewLocked(id).finally(() => this.renewals.delete(id));
    this.renewals.set(id, renewal);
    return renewal;
  }

  /** A refresh token is good for one renewal, and a second one ends the whole grant: only one instance at a time may try. */
  private async renewLocked(id: string): Promise<Session | undefined> {
    const owner = randomUUID();
    const deadline = performance.now() + LOCK_WAIT_MS;
    while (!(await this.repository.lock(id, owner, LOCK_TTL_MS))) {
      if (performance.now() > deadline) throw new AppError(GatewayError.GW_IDENTITY_UNAVAILABLE, { retryAfterSeconds: 1 });
      await delay(LOCK_POLL_MS);
      const session = await this.repository.find(id);
      if (session === undefined || isFresh(session)) return session;
    }
    try {
      const session = await this.repository.find(id);
      return session === undefined || isFresh(session) ? session : await this.refresh(id, session);
    } finally {
      await this.repository.unlock(id, owner);
    }
  }

  private async refresh(id: string, session: Session): Promise<Session | undefined> {
    const isStillGood = session.accessExpiresAt > Date.now();
    const { refreshToken } = session;
    if (refreshToken === undefined) return isStillGood ? session : this.drop(id);
    try {
      const tokens = await this.auth.refresh(refreshToken);
      const renewed = { ...session, ...toSession(tokens) };
      await this.repository.replace(id, renewed);
      return renewed;
    } catch (error) {
      if (isUnauthenticated(error)) return await this.drop(id);
      if (isStillGood) return session;
      throw error;
    }
  }

  private async drop(id: string): Promise<Session | undefined> {
    await this.repository.remove(id);
    return undefined;
  }
}

function isFresh({ accessExpiresAt, refreshToken }: Session): boolean {
  return accessExpiresAt - Date.now() > (refreshToken === undefined ? 0 : REFRESH_AHEAD_MS);
}

function toSession({ access_token, refresh_token, id_token, expires_in }: TokenSet): Omit<Session, 'endsAt'> {
  return {
    accessToken: access_token,
    accessExpiresAt: Date.now() + expires_in * 1_000,
    ...(refresh_token !== undefined && { refreshToken: refresh_token }),
    ...(id_token !== undefined && { idToken: id_token }),
  };
}
