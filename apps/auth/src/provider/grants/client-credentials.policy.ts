import { errors, type Client, type KoaContextWithOIDC } from 'oidc-provider';

const GRANT = 'client_credentials';

/**
 * What oidc-provider leaves open for client_credentials: it drops scopes that it does not know and issues a token without any. Here an
 * unknown scope is `invalid_scope`, and no scope asked for means all of the client's (RFC 6749 section 3.3).
 *
 * @throws InvalidScope when one of the scopes is not the client's
 */
export function applyClientCredentialsScopes(ctx: KoaContextWithOIDC, client: Client): void {
  const { params } = ctx.oidc;
  if (params?.grant_type !== GRANT) return;
  const allowed = new Set(client.scope?.split(' ') ?? []);
  if (typeof params.scope !== 'string') {
    params.scope = client.scope;
    return;
  }
  const foreign = params.scope.split(' ').find((scope) => !allowed.has(scope));
  if (foreign !== undefined) throw new errors.InvalidScope('requested scope is not allowed', foreign);
}
