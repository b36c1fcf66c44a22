import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import OAuth2Strategy from 'passport-oauth2';
import type { LiveGatewayConfig } from '../gateway.config.js';
import { LIVE_GATEWAY_CONFIG } from '../gateway.tokens.js';
import { AuthClient, type TokenSet } from '../identity/auth.client.js';
import { createCookies } from './cookies.js';
import { SessionSecrets } from './session-secrets.js';
import { SIGN_IN_PATH, SignInStateStore } from './sign-in-state.js';

/** The name under which passport knows the strategy. */
export const SIGN_IN_STRATEGY = 'gateway';

/** passport-oauth2 tells by the number of parameters that `validate` wants all that was redeemed. */
const VERIFY_ARITY = 5;

type Redeemed = (error: unknown, accessToken?: string, refreshToken?: string, tokens?: TokenSet) => void;
type Redeem = (code: string, parameters: Record<string, string>, done: Redeemed) => void;

/** Signs a browser in at `auth`: authorization code with PKCE (RFC 7636, S256) and state. The browser never holds a token. */
@Injectable()
export class SignInStrategy extends PassportStrategy(OAuth2Strategy, SIGN_IN_STRATEGY, VERIFY_ARITY) {
  constructor(@Inject(LIVE_GATEWAY_CONFIG) config: LiveGatewayConfig, auth: AuthClient, secrets: SessionSecrets) {
    const { publicUrl, clientId, clientSecret, session } = config.value;
    super({
      authorizationURL: `${publicUrl}/oauth2/authorize`,
      // Only named: the code is redeemed at an instance of auth, see below.
      tokenURL: `${publicUrl}/oauth2/token`,
      clientID: clientId,
      clientSecret,
      callbackURL: `${publicUrl}${SIGN_IN_PATH}/callback`,
      scope: session.scope,
      pkce: true,
      store: new SignInStateStore(createCookies(publicUrl), secrets) as unknown as OAuth2Strategy.StateStore,
      skipUserProfile: true,
    });
    // passport-oauth2 lets subclasses reach its OAuth client; this one knows the instances and authenticates with Basic.
    const redeem: Redeem = (code, parameters, done) => {
      auth.redeem(parameters, code).then(
        (tokens) => {
          done(null, tokens.access_token, tokens.refresh_token, tokens);
        },
        (error: unknown) => {
          done(error);
        },
      );
    };
    (this._oauth2 as { getOAuthAccessToken: Redeem }).getOAuthAccessToken = redeem;
  }

  validate(_accessToken: string, _refreshToken: string | undefined, tokens: TokenSet): TokenSet {
    return tokens;
  }
}
