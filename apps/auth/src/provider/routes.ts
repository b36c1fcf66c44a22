/** Paths of the authorization server, as the world sees them. */
export const Route = {
  Base: '/oauth2',
  Authorize: '/oauth2/authorize',
  Token: '/oauth2/token',
  Jwks: '/oauth2/jwks',
  Introspect: '/oauth2/introspect',
  Revoke: '/oauth2/revoke',
  UserInfo: '/oauth2/userinfo',
  EndSession: '/oauth2/logout',
  Interaction: '/oauth2/interaction',
  Assets: '/oauth2/assets',
  OpenIdDiscovery: '/.well-known/openid-configuration',
  OAuthDiscovery: '/.well-known/oauth-authorization-server',
} as const;

/** Methods of the paths that oidc-provider answers; those below `Authorize`, where a request goes on after its interaction, are its too. */
export const ROUTE_METHODS: ReadonlyMap<string, readonly string[]> = new Map([
  [Route.Authorize, ['GET', 'HEAD']],
  [Route.Token, ['POST', 'OPTIONS']],
  [Route.Jwks, ['GET', 'HEAD', 'OPTIONS']],
  [Route.Introspect, ['POST', 'OPTIONS']],
  [Route.Revoke, ['POST', 'OPTIONS']],
  [Route.UserInfo, ['GET', 'HEAD', 'POST', 'OPTIONS']],
  [Route.EndSession, ['GET', 'HEAD']],
  [`${Route.EndSession}/confirm`, ['POST']],
  [`${Route.EndSession}/success`, ['GET', 'HEAD']],
  [Route.OpenIdDiscovery, ['GET', 'HEAD', 'OPTIONS']],
  [Route.OAuthDiscovery, ['GET', 'HEAD', 'OPTIONS']],
]);

/** Endpoints that clients call with their own credentials (RFC 6749 section 2.3). */
export const CLIENT_ENDPOINTS: ReadonlySet<string> = new Set([Route.Token, Route.Introspect, Route.Revoke]);
