import type { InternalClaims } from '@app/contracts';
import { AppError } from '@app/errors';
import { createLogger } from '@app/telemetry';
import { Controller, Get, HttpCode, Inject, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LiveGatewayConfig } from '../gateway.config.js';
import { GatewayError } from '../gateway.errors.js';
import { LIVE_GATEWAY_CONFIG } from '../gateway.tokens.js';
import { AuthClient, type TokenSet } from '../identity/auth.client.js';
import { IdentityService, isUnauthenticated } from '../identity/identity.service.js';
import { cookieValue } from '../proxy/header-rules.js';
import { createCookies, type GatewayCookies } from './cookies.js';
import { isSameSite } from './same-site.js';
import { SessionService } from './session.service.js';
import type { Session } from './session.types.js';
import { SignInExceptionFilter, signInBroke, SignInFailure, signInFailed } from './sign-in-exception.filter.js';
import { SignInGuard, signedInOf } from './sign-in.guard.js';

/** What a page may know of who is signed in. */
export type SessionResponseDto =
  | { authenticated: false }
  | { authenticated: true; user: { username: string; displayName: string; roles: string[]; permissions: string[]; area: string | null } };

/** Signing in and out, and who is signed in. */
@Controller()
export class SessionController {
  private readonly logger = createLogger(SessionController.name);
  private readonly cookies: GatewayCookies;

  constructor(
    @Inject(LIVE_GATEWAY_CONFIG) private readonly config: LiveGatewayConfig,
    private readonly sessions: SessionService,
    private readonly identity: IdentityService,
    private readonly auth: AuthClient,
  ) {
    this.cookies = createCookies(config.value.publicUrl);
  }

  /** `?return_to=/path`: the guard sends the browser to auth. */
  @Get('login')
  @UseGuards(SignInGuard)
  @UseFilters(SignInExceptionFilter)
  login(@Req() request: FastifyRequest): never {
    // A code belongs to the callback; whoever brings one here did not come from auth.
    throw signInFailed(request, SignInFailure.Over);
  }

  /** auth sends the browser back here; a new session begins, and one that was there ends. */
  @Get('login/callback')
  @UseGuards(SignInGuard)
  @UseFilters(SignInExceptionFilter)
  async callback(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { tokens, returnTo } = signedInOf(request);
    const cookie = await this.replaceSession(this.cookieOf(request), tokens).catch((error: unknown) => {
      throw signInBroke(request, error);
    });
    reply.header('set-cookie', this.cookies.set(this.cookies.session, cookie)).header('cache-control', 'no-store');
    await reply.redirect(returnTo, 303);
  }

  /** Ends the session and its tokens, and says where to go to end the one at auth: as JSON where that is asked for, else by redirect. */
  @Post('logout')
  @HttpCode(200)
  async logout(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { publicUrl } = this.config.value;
    if (!isSameSite(request.method, request.headers, publicUrl)) throw new AppError(GatewayError.GW_CROSS_SITE);
    const cookie = this.cookieOf(request);
    const session = cookie === undefined ? undefined : await this.sessions.end(cookie);
    if (session !== undefined) await this.revoke(session);
    const location = session?.idToken === undefined ? '/' : signOutUrl(publicUrl, session.idToken);
    reply.header('set-cookie', this.cookies.clear(this.cookies.session)).header('cache-control', 'no-store');
    if (request.headers.accept?.includes('application/json') === true) await reply.send({ location });
    else await reply.redirect(location, 303);
  }

  @Get('session')
  async session(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<SessionResponseDto> {
    reply.header('cache-control', 'no-store');
    const cookie = this.cookieOf(request);
    const session = cookie === undefined ? undefined : await this.sessions.use(cookie);
    const claims = session === undefined ? undefined : await this.claimsOf(session);
    if (claims !== undefined) return { authenticated: true, user: toUser(claims) };
    if (cookie !== undefined) {
      await this.sessions.end(cookie);
      reply.header('set-cookie', this.cookies.clear(this.cookies.session));
    }
    return { authenticated: false };
  }

  /** @returns the new session's cookie */
  private async replaceSession(former: string | undefined, tokens: TokenSet): Promise<string> {
    if (former !== undefined) await this.sessions.end(former);
    return this.sessions.begin(tokens);
  }

  private cookieOf(request: FastifyRequest): string | undefined {
    return cookieValue(request.headers.cookie, this.cookies.session);
  }

  private async claimsOf(session: Session): Promise<InternalClaims | undefined> {
    try {
      return await this.identity.claimsOf(session.accessToken);
    } catch (error) {
      if (isUnauthenticated(error)) return undefined;
      throw error;
    }
  }

  /** The session is over either way: tokens that could not be revoked now end by themselves. */
  private async revoke({ accessToken, refreshToken }: Session): Promise<void> {
    try {
      if (refreshToken !== undefined) await this.auth.revoke(refreshToken, 'refresh_token');
      await this.auth.revoke(accessToken, 'access_token');
    } catch (error) {
      this.logger.warn({ err: error }, 'The tokens of a session that ended could not be revoked');
    }
  }
}

function toUser({ username, sub, name, roles, permissions, area }: InternalClaims) {
  return { username: username ?? sub, displayName: name ?? username ?? sub, roles, permissions, area: area ?? null };
}

/** OpenID Connect RP-Initiated Logout 1.0 section 2. */
function signOutUrl(publicUrl: string, idToken: string): string {
  const parameters = new URLSearchParams({ id_token_hint: idToken, post_logout_redirect_uri: `${publicUrl}/` });
  return `${publicUrl}/oauth2/logout?${parameters.toString()}`;
}
