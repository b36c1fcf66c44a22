import { errors, type Client, type Configuration, type FindAccount, type KoaContextWithOIDC, type JWKS } from 'oidc-provider';
import type { AuthConfig } from '../auth.config.js';
import { OWN_CLIENT_METADATA } from '../clients/client-metadata.js';
import { CLAIMS } from './account.js';
import { isFirstParty } from './client-traits.js';
import { cookieNames } from './cookie-names.js';
import { createLoadExistingGrant } from './existing-grant.js';
import { applyClientCredentialsScopes } from './grants/client-credentials.policy.js';
import { createInteractionPolicy } from './interaction.policy.js';
import { Route } from './routes.js';
import { SCOPES } from './scopes.js';
import { SESSION_COOKIE } from './session-cookie.js';
import { createTtls } from './ttls.js';

/** What the options are made from. */
export interface ProviderParts {
  config: AuthConfig;
  jwks: JWKS;
  cookieKeys: string[];
  adapter: NonNullable<Configuration['adapter']>;
  findAccount: FindAccount;
  renderError: NonNullable<Configuration['renderError']>;
  renderSignOut: (ctx: KoaContextWithOIDC, form: string) => Promise<void>;
  renderSignedOut: (ctx: KoaContextWithOIDC) => Promise<void>;
}

/** oidc-provider's settings: all of its defaults that matter are said here. */
export function createProviderOptions(parts: ProviderParts): Configuration {
  const { config } = parts;
  return {
    adapter: parts.adapter,
    jwks: parts.jwks,
    findAccount: parts.findAccount,
    renderError: parts.renderError,
    loadExistingGrant: createLoadExistingGrant(config.ttl),
    scopes: SCOPES,
    claims: CLAIMS,
    responseTypes: ['code'],
    subjectTypes: ['public'],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
    clientDefaults: {
      id_token_signed_response_alg: 'ES256',
      grant_types: [],
      response_types: [],
      token_endpoint_auth_method: 'client_secret_basic',
    },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'], userinfoSigningAlgValues: ['ES256'] },
    extraClientMetadata: { properties: [...OWN_CLIENT_METADATA] },
    allowOmittingSingleRegisteredRedirectUri: false,
    // RFC 9700 section 2.1.1: for every client, not the public ones only.
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    routes: {
      authorization: Route.Authorize,
      token: Route.Token,
      jwks: Route.Jwks,
      introspection: Route.Introspect,
      revocation: Route.Revoke,
      userinfo: Route.UserInfo,
      end_session: Route.EndSession,
    },
    interactions: {
      policy: createInteractionPolicy(config.ttl.session),
      url: (_ctx, interaction) => `${Route.Interaction}/${interaction.uid}`,
    },
    cookies: {
      names: cookieNames(config.issuer),
      keys: parts.cookieKeys,
      long: SESSION_COOKIE,
    },
    clientBasedCORS: isOwnOriginOfPublicClient,
    features: createFeatures(parts),
    ttl: createTtls(config.ttl),
  };
}

function createFeatures({ renderSignOut, renderSignedOut }: ProviderParts): Configuration['features'] {
  return {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId || isFirstParty(client) },
    revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
    rpInitiatedLogout: { enabled: true, logoutSource: renderSignOut, postLogoutSuccessSource: renderSignedOut },
    resourceIndicators: {
      enabled: true,
      // The first thing that every grant asks for, while the scopes that were asked for are still all there.
      defaultResource: (ctx, client) => {
        applyClientCredentialsScopes(ctx, client);
        return Promise.resolve([]);
      },
      getResourceServerInfo: () => {
        throw new errors.InvalidTarget();
      },
    },
    userinfo: { enabled: true },
    dPoP: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
  };
}

/** A page of another origin may call with a browser's CORS only as the public client that it belongs to. */
function isOwnOriginOfPublicClient(_ctx: KoaContextWithOIDC, origin: string, client: Client): boolean {
  return client.tokenEndpointAuthMethod === 'none' && (client.redirectUris ?? []).some((uri) => URL.parse(uri)?.origin === origin);
}
