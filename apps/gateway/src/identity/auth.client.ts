import { ACCESS_TOKEN_TYPE, TOKEN_EXCHANGE_GRANT } from '@app/contracts';
import { DiscoveryService, originOf } from '@app/discovery';
import { AppError, CommonError } from '@app/errors';
import { createLogger, traceHeaders } from '@app/telemetry';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent, request } from 'undici';
import { z } from 'zod';
import type { LiveGatewayConfig } from '../gateway.config.js';
import { GatewayError } from '../gateway.errors.js';
import { LIVE_GATEWAY_CONFIG } from '../gateway.tokens.js';
import { errorCodeOf } from '../proxy/error-map.js';

/** What auth's token endpoint answers (RFC 6749 section 5.1). */
const tokenSetSchema = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().optional(),
  id_token: z.string().optional(),
  expires_in: z.number().default(60),
});

/** Tokens of the outside, and for how many seconds the access token lives. */
export type TokenSet = z.infer<typeof tokenSetSchema>;

const oauthErrorSchema = z.object({ error: z.string() });

const CALL_TIMEOUT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 1_000;
const MAX_ATTEMPTS = 3;
const NOT_CONNECTED = new Set(['ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND']);
/** Anyone can make the gateway ask, with tokens that nobody gave out: so many calls are on the way at once, and no more than these wait. */
const MAX_CONNECTIONS = 64;
const MAX_OPEN_CALLS = 512;
/** Errors (RFC 6749 section 5.2) that are about the token or code, not about the gateway. */
const REFUSED = new Set(['invalid_grant', 'invalid_token', 'access_denied']);
/** In an exchange, also what RFC 8693 section 2.2.2 has for a subject token that is not good. */
const REFUSED_IN_EXCHANGE = new Set([...REFUSED, 'invalid_request']);

/** The gateway as a client of `auth`: asks one of its instances directly, not through itself. */
@Injectable()
export class AuthClient implements OnApplicationShutdown {
  private readonly logger = createLogger(AuthClient.name);
  private readonly agent = new Agent({
    connections: MAX_CONNECTIONS,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    headersTimeout: CALL_TIMEOUT_MS,
    bodyTimeout: CALL_TIMEOUT_MS,
  });
  private openCalls = 0;

  constructor(
    @Inject(LIVE_GATEWAY_CONFIG) private readonly config: LiveGatewayConfig,
    private readonly discovery: DiscoveryService,
  ) {}

  /**
   * Exchanges an outside access token for an internal one (RFC 8693).
   *
   * @throws AppError UNAUTHENTICATED when the token is not good (any more), GW_IDENTITY_UNAVAILABLE when auth cannot say
   */
  exchange(subjectToken: string, audience: string): Promise<TokenSet> {
    return this.token({
      grant_type: TOKEN_EXCHANGE_GRANT,
      subject_token: subjectToken,
      subject_token_type: ACCESS_TOKEN_TYPE,
      audience,
    });
  }

  /** Redeems an authorization code (RFC 6749 section 4.1.3, RFC 7636 section 4.5). @throws AppError as {@link exchange} */
  redeem(parameters: Readonly<Record<string, string>>, code: string): Promise<TokenSet> {
    return this.token({ ...parameters, grant_type: 'authorization_code', code });
  }

  /** Renews tokens (RFC 6749 section 6). @throws AppError as {@link exchange} */
  refresh(refreshToken: string): Promise<TokenSet> {
    return this.token({ grant_type: 'refresh_token', refresh_token: refreshToken });
  }

  /** Revokes a token (RFC 7009). @throws AppError GW_IDENTITY_UNAVAILABLE */
  async revoke(token: string, hint: 'access_token' | 'refresh_token'): Promise<void> {
    const { status } = await this.post('/oauth2/revoke', { token, token_type_hint: hint });
    if (status !== 200) throw this.unavailable(`auth answered ${status} to a revocation`);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agent.destroy();
  }

  private async token(form: Readonly<Record<string, string>>): Promise<TokenSet> {
    const { status, body } = await this.post('/oauth2/token', form);
    const answer = parseJson(body);
    if (status === 200) {
      const tokens = tokenSetSchema.safeParse(answer);
      if (tokens.success) return tokens.data;
      throw this.unavailable('auth answered something that is no token');
    }
    const { data: refusal } = oauthErrorSchema.safeParse(answer);
    const refused = form.grant_type === TOKEN_EXCHANGE_GRANT ? REFUSED_IN_EXCHANGE : REFUSED;
    if (status === 400 && refusal !== undefined && refused.has(refusal.error)) throw new AppError(CommonError.UNAUTHENTICATED);
    throw this.unavailable(`auth answered ${status} ${refusal?.error ?? ''}`);
  }

  private async post(path: string, form: Readonly<Record<string, string>>): Promise<{ status: number; body: string }> {
    if (this.openCalls >= MAX_OPEN_CALLS) throw new AppError(GatewayError.GW_IDENTITY_UNAVAILABLE, { retryAfterSeconds: 1 });
    this.openCalls += 1;
    try {
      return await this.postToAny(path, form);
    } finally {
      this.openCalls -= 1;
    }
  }

  private async postToAny(path: string, form: Readonly<Record<string, string>>): Promise<{ status: number; body: string }> {
    const tried: string[] = [];
    for (;;) {
      const lease = this.discovery.pick('auth', ({ id }) => tried.includes(id));
      if (lease === undefined) throw this.unavailable('no instance of auth answers');
      tried.push(lease.instance.id);
      try {
        return await this.send(originOf(lease.instance) + path, form);
      } catch (cause) {
        // A code or refresh token may be used once: only what surely did not arrive is sent again.
        const isSafe = NOT_CONNECTED.has(errorCodeOf(cause)) && tried.length < MAX_ATTEMPTS;
        if (!isSafe) throw this.unavailable('auth does not answer', cause);
      } finally {
        lease.release();
      }
    }
  }

  private async send(url: string, form: Readonly<Record<string, string>>): Promise<{ status: number; body: string }> {
    const { clientId, clientSecret } = this.config.value;
    const { statusCode, body } = await request(url, {
      method: 'POST',
      dispatcher: this.agent,
      headers: {
        authorization: basicCredentials(clientId, clientSecret),
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
        ...traceHeaders(),
      },
      body: new URLSearchParams(form).toString(),
    });
    return { status: statusCode, body: await body.text() };
  }

  private unavailable(reason: string, cause?: unknown): AppError {
    this.logger.warn({ err: cause }, `Identities cannot be checked: ${reason}`);
    return new AppError(GatewayError.GW_IDENTITY_UNAVAILABLE, { cause, retryAfterSeconds: 1 });
  }
}

/** RFC 6749 section 2.3.1: both parts form-encoded before they are joined. */
export function basicCredentials(clientId: string, clientSecret: string): string {
  const encode = (text: string) => encodeURIComponent(text).replace(/%20/g, '+');
  return `Basic ${Buffer.from(`${encode(clientId)}:${encode(clientSecret)}`).toString('base64')}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
