import { AppError, CommonError } from '@app/errors';
import { context } from '@app/telemetry';
import { z } from 'zod';
import { GatewayError } from '../gateway.errors.js';
import { bearerToken } from '../identity/bearer.js';
import { type IdentityService, isUnauthenticated, sha256 } from '../identity/identity.service.js';
import type { InternalToken } from '../identity/identity.types.js';
import type { Exchange } from '../proxy/exchange.js';
import { cookieValue } from '../proxy/header-rules.js';
import { redirectAnswer } from '../proxy/local-answer.js';
import { isPageVisit } from '../proxy/page-visit.js';
import { definePart } from '../route/part-factory.js';
import { isSameSite } from '../session/same-site.js';
import type { SessionService } from '../session/session.service.js';
import { FilterOrder } from './filter-order.js';
import type { FilterFactory, FilterOutcome, GatewayFilter } from './filter.types.js';

/** What the filter works with. */
export interface TokenExchangeDependencies {
  identity: Pick<IdentityService, 'remembered' | 'internalToken'>;
  sessions: Pick<SessionService, 'use'>;
  sessionCookie: string;
  publicOrigin: string;
}

/**
 * `TokenExchange=system`: the bearer's token, or the session's, is exchanged for an internal one for that service, which takes its place in
 * `Authorization`. Without a credential: 401, or for a page visit the way to sign in.
 */
export function tokenExchangeFilter(dependencies: TokenExchangeDependencies): FilterFactory {
  return definePart({
    name: 'TokenExchange',
    shortcut: { fields: ['audience'] },
    schema: z.strictObject({ audience: z.string().min(1) }),
    create: ({ audience }) => new TokenExchange(dependencies, audience),
  });
}

class TokenExchange implements GatewayFilter {
  readonly order = FilterOrder.TokenExchange;

  constructor(
    private readonly dependencies: TokenExchangeDependencies,
    private readonly audience: string,
  ) {}

  onRequest(exchange: Exchange): FilterOutcome | Promise<FilterOutcome> {
    const { authorization, cookie } = exchange.request.headers;
    if (authorization === undefined) return this.withSession(exchange, cookieValue(cookie, this.dependencies.sessionCookie));
    const token = bearerToken(authorization);
    if (token === undefined) throw new AppError(CommonError.UNAUTHENTICATED);
    const recheck = () => this.isAlive(() => Promise.resolve(token));
    return this.withToken(exchange, token, recheck);
  }

  private withSession(exchange: Exchange, cookie: string | undefined): FilterOutcome | Promise<FilterOutcome> {
    if (cookie === undefined) return challenge(exchange);
    const { method, request } = exchange;
    if (!isSameSite(method, request.headers, this.dependencies.publicOrigin)) throw new AppError(GatewayError.GW_CROSS_SITE);
    return this.withSessionToken(exchange, cookie);
  }

  private async withSessionToken(exchange: Exchange, cookie: string): Promise<FilterOutcome> {
    const session = await this.dependencies.sessions.use(cookie);
    if (session === undefined) return challenge(exchange);
    // Who has a stream open uses the session: a screen on a wall asks for nothing else all day.
    const recheck = () => this.isAlive(async () => (await this.dependencies.sessions.use(cookie))?.accessToken);
    try {
      return await this.withToken(exchange, session.accessToken, recheck);
    } catch (error) {
      if (isUnauthenticated(error)) return challenge(exchange);
      throw error;
    }
  }

  private withToken(exchange: Exchange, token: string, recheck: () => Promise<boolean>): FilterOutcome | Promise<FilterOutcome> {
    const tokenSha256 = sha256(token);
    const use = (internal: InternalToken): FilterOutcome => {
      exchange.headers.set('authorization', `Bearer ${internal.token}`);
      exchange.identity = { tokenSha256, subject: internal.subject, clientId: internal.clientId, recheck };
      return undefined;
    };
    const { identity } = this.dependencies;
    const remembered = identity.remembered(tokenSha256, this.audience);
    if (remembered !== undefined) return use(remembered);
    const ask = () => identity.internalToken(token, this.audience).then(use);
    return exchange.traceContext === undefined ? ask() : context.with(exchange.traceContext, ask);
  }

  private async isAlive(findToken: () => Promise<string | undefined>): Promise<boolean> {
    const token = await findToken();
    if (token === undefined) return false;
    try {
      await this.dependencies.identity.internalToken(token, this.audience);
      return true;
    } catch (error) {
      if (isUnauthenticated(error)) return false;
      throw error;
    }
  }
}

/** A page visit is sent to sign in; anything else is told that it must. */
function challenge({ request }: Exchange): FilterOutcome {
  if (!isPageVisit(request)) throw new AppError(CommonError.UNAUTHENTICATED);
  return redirectAnswer(`/login?return_to=${encodeURIComponent(request.url ?? '/')}`);
}
