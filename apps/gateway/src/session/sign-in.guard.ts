import { AppError } from '@app/errors';
import { createLogger } from '@app/telemetry';
import { type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyReply, FastifyRequest } from 'fastify';
import OAuth2Strategy from 'passport-oauth2';
import type { LiveGatewayConfig } from '../gateway.config.js';
import { LIVE_GATEWAY_CONFIG } from '../gateway.tokens.js';
import type { TokenSet } from '../identity/auth.client.js';
import { PassportRequest, PassportResponse } from './passport-fastify.adapter.js';
import { signInBroke, SignInFailure, signInFailed } from './sign-in-exception.filter.js';
import { SIGN_IN_STRATEGY } from './sign-in.strategy.js';

/** What a finished sign-in brought. */
export interface SignedIn {
  tokens: TokenSet;
  returnTo: string;
}

const signedIn = new WeakMap<FastifyRequest, SignedIn>();

/** What the guard found for a request that it let pass. */
export function signedInOf(request: FastifyRequest): SignedIn {
  const found = signedIn.get(request);
  if (found === undefined) throw new Error('The sign-in guard does not stand before this handler');
  return found;
}

/** Sends the browser to sign in, or, when it comes back with a code, redeems that and lets it pass. */
@Injectable()
export class SignInGuard extends AuthGuard(SIGN_IN_STRATEGY) {
  private readonly logger = createLogger(SignInGuard.name);

  constructor(@Inject(LIVE_GATEWAY_CONFIG) private readonly config: LiveGatewayConfig) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const query = request.query as Record<string, unknown>;
    // RFC 9207: an answer of another server must not be taken for auth's.
    if (query.code !== undefined && query.iss !== this.config.value.publicUrl)
      throw this.refuse(request, 'the answer is not from auth', SignInFailure.Over);
    // RFC 6749 section 4.1.2.1: whoever signs in has gone back.
    if (query.error === 'access_denied') throw this.refuse(request, 'cancelled', SignInFailure.Cancelled);
    return (await super.canActivate(context)) as boolean;
  }

  override getRequest(context: ExecutionContext): PassportRequest {
    const http = context.switchToHttp();
    return new PassportRequest(http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  getResponse(context: ExecutionContext): PassportResponse {
    return new PassportResponse(context.switchToHttp().getResponse<FastifyReply>());
  }

  override handleRequest<T = TokenSet>(error: unknown, tokens: T | false, info: unknown, context: ExecutionContext): T {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    // passport-oauth2 wraps whatever the strategy's `redeem` fails with.
    const cause = error instanceof OAuth2Strategy.InternalOAuthError ? (error.oauthError as unknown) : error;
    if (cause instanceof AppError && cause.status >= 500) throw signInBroke(request, cause);
    if (cause !== null && cause !== undefined) throw this.refuse(request, 'auth refused', SignInFailure.Over, cause);
    if (tokens === false) throw this.refuse(request, 'not finished', SignInFailure.Over, info);
    const { state } = info as { state: { returnTo: string } };
    signedIn.set(request, { tokens: tokens as TokenSet, returnTo: state.returnTo });
    return tokens;
  }

  private refuse(request: FastifyRequest, reason: string, failure: SignInFailure, cause?: unknown): AppError {
    this.logger.info({ err: cause }, `Sign-in failed: ${reason}`);
    return signInFailed(request, failure, cause);
  }
}
