import { randomSecret } from '@app/security';
import { z } from 'zod';
import { cookieNames, cookieValue } from '../proxy/header-rules.js';
import type { GatewayCookies } from './cookies.js';
import type { PassportRequest } from './passport-fastify.adapter.js';
import { safeReturnTo } from './return-to.js';
import type { SessionSecrets } from './session-secrets.js';

const attemptSchema = z.object({ state: z.string(), verifier: z.string(), returnTo: z.string(), startedAt: z.number() });

const MAX_AGE_SECONDS = 900;
/** Attempts of one browser that are kept beside a new one: all of them together must fit into the headers that Node takes. */
const KEPT_ATTEMPTS = 3;
const SALT = 'sign-in';
/** Sent to no other page than the ones of sign-in. */
export const SIGN_IN_PATH = '/login';

type Stored = (error: Error | null, state?: string) => void;
type Verified = (error: Error | null, verifier?: string | false, state?: unknown) => void;

/**
 * Where passport-oauth2 keeps an attempt to sign in (state, PKCE verifier, where to go afterwards): encrypted in a cookie of the
 * browser that began it. Nothing is stored here for visitors who are nobody yet, and a code cannot be handed to another browser.
 */
export class SignInStateStore {
  constructor(
    private readonly cookies: GatewayCookies,
    private readonly secrets: SessionSecrets,
  ) {}

  /** Five parameters: passport-oauth2 tells the variants of stores apart by their number. */
  store(request: PassportRequest, verifier: string, _state: unknown, _meta: unknown, done: Stored): void {
    this.clearOldest(request);
    const state = randomSecret();
    const attempt = { state, verifier, returnTo: safeReturnTo(request.query.return_to), startedAt: Date.now() };
    const sealed = this.secrets.seal(JSON.stringify(attempt), SALT);
    request.setCookie(this.cookies.set(this.cookies.signIn(state), sealed, { path: SIGN_IN_PATH, maxAgeSeconds: MAX_AGE_SECONDS }));
    done(null, state);
  }

  /** Four parameters, likewise. */
  verify(request: PassportRequest, state: unknown, _meta: unknown, done: Verified): void {
    const attempt = typeof state === 'string' ? this.open(request, state) : undefined;
    if (attempt === undefined) done(null, false, { message: 'This attempt to sign in is over, or began in another browser.' });
    else done(null, attempt.verifier, { returnTo: attempt.returnTo });
  }

  /** Browsers send cookies of one path in the order in which they were made (RFC 6265 section 5.4). */
  private clearOldest(request: PassportRequest): void {
    const attempts = cookieNames(request.headers.cookie).filter((name) => name.startsWith(this.cookies.signIn('')));
    for (const name of attempts.slice(0, -KEPT_ATTEMPTS)) request.setCookie(this.cookies.clear(name, { path: SIGN_IN_PATH }));
  }

  private open(request: PassportRequest, state: string): z.infer<typeof attemptSchema> | undefined {
    const name = this.cookies.signIn(state);
    const sealed = cookieValue(request.headers.cookie, name);
    if (sealed === undefined) return undefined;
    request.setCookie(this.cookies.clear(name, { path: SIGN_IN_PATH }));
    const text = this.secrets.open(sealed, SALT);
    // What another version of the gateway wrote may have another shape.
    const attempt = text === undefined ? undefined : attemptSchema.safeParse(JSON.parse(text)).data;
    const isGood = attempt?.state === state && Date.now() - attempt.startedAt < MAX_AGE_SECONDS * 1_000;
    return isGood ? attempt : undefined;
  }
}
