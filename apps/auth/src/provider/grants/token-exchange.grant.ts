import { ACCESS_TOKEN_TYPE, Header, type Principal } from '@app/contracts';
import {
  errors,
  type AccessToken,
  type Client,
  type ClientCredentials,
  type Provider,
  type TokenEndpointGrantContext,
} from 'oidc-provider';
import type { InternalTokenIssuer, InternalTokenSubject } from '../../keys/internal-token.issuer.js';
import type { PrincipalClient } from '../../principals/principal.client.js';
import { isFirstParty } from '../client-traits.js';
import { grantable } from '../scopes.js';

/** RFC 8693 section 3. */
const JWT_TYPE = 'urn:ietf:params:oauth:token-type:jwt';

/** Parameters of RFC 8693 section 2.1 that are looked at. */
export const TOKEN_EXCHANGE_PARAMETERS = ['subject_token', 'subject_token_type', 'audience', 'requested_token_type'] as const;

type Parameters = Partial<Record<(typeof TOKEN_EXCHANGE_PARAMETERS)[number], string>>;

/** What the grant needs besides oidc-provider. */
export interface TokenExchangeDependencies {
  provider: Provider;
  principals: Pick<PrincipalClient, 'findEnabled'>;
  issuer: Pick<InternalTokenIssuer, 'issue'>;
  /** The only client that may exchange. */
  gatewayClientId: () => string;
}

/** Token exchange (RFC 8693): an access token of the edge for a short-lived JWT that one service verifies by itself. */
export function createTokenExchange(dependencies: TokenExchangeDependencies) {
  const { provider, principals, issuer, gatewayClientId } = dependencies;
  return async (ctx: TokenEndpointGrantContext<Parameters>): Promise<void> => {
    // The gateway asks directly; what came through it, from outside, has this header, which nobody outside can take off.
    if (ctx.get(Header.ForwardedHost) !== '') throw new errors.UnauthorizedClient('token exchange is for the inside alone');
    if (ctx.oidc.client.clientId !== gatewayClientId()) throw new errors.UnauthorizedClient('token exchange is not for this client');
    const { subjectToken, audience } = readParameters(ctx.oidc.params);
    const token = await findSubject(provider, subjectToken);
    const subject = await toSubject(token, principals);
    const issued = await issuer.issue(subject, audience, token.source.exp);
    ctx.body = {
      access_token: issued.token,
      issued_token_type: JWT_TYPE,
      token_type: 'Bearer',
      expires_in: issued.expiresIn,
    };
  };
}

/** What a service may be called: the gateway asks for whichever service of the catalogue it has a route to. */
const SERVICE_NAME = /^[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?$/i;

function readParameters(params: Parameters): { subjectToken: string; audience: string } {
  const { subject_token: subjectToken, subject_token_type: type, audience, requested_token_type: requested } = params;
  if (!subjectToken) throw new errors.InvalidRequest('subject_token is missing');
  if (type !== ACCESS_TOKEN_TYPE) throw new errors.InvalidRequest(`subject_token_type must be ${ACCESS_TOKEN_TYPE}`);
  if (requested !== undefined && requested !== JWT_TYPE) throw new errors.InvalidRequest(`requested_token_type must be ${JWT_TYPE}`);
  if (audience === undefined || !SERVICE_NAME.test(audience)) throw new errors.InvalidTarget('audience is not the name of a service');
  return { subjectToken, audience };
}

interface UserToken {
  kind: 'user';
  source: AccessToken;
  client: Client;
}

interface ClientToken {
  kind: 'client';
  source: ClientCredentials;
  client: Client;
}

/** A token that is alive (else `invalid_request`: RFC 8693 section 2.2.2), of a client that is enabled and, for a person's, under a grant that still stands. */
async function findSubject(provider: Provider, value: string): Promise<UserToken | ClientToken> {
  const [ofUser, ofClient] = await Promise.all([provider.AccessToken.find(value), provider.ClientCredentials.find(value)]);
  const clientId = ofUser?.clientId ?? ofClient?.clientId;
  const client = clientId === undefined ? undefined : await provider.Client.find(clientId);
  if (client === undefined) throw new errors.InvalidRequest('subject token not found');
  if (ofUser !== undefined) {
    await checkGrant(provider, ofUser);
    return { kind: 'user', source: ofUser, client };
  }
  if (ofClient !== undefined) return { kind: 'client', source: ofClient, client };
  throw new errors.InvalidRequest('subject token not found');
}

async function checkGrant(provider: Provider, token: AccessToken): Promise<void> {
  const grant = await provider.Grant.find(token.grantId);
  if (grant === undefined || grant.clientId !== token.clientId || grant.accountId !== token.accountId) {
    throw new errors.InvalidRequest('the grant of the subject token has ended');
  }
}

async function toSubject(token: UserToken | ClientToken, principals: Pick<PrincipalClient, 'findEnabled'>): Promise<InternalTokenSubject> {
  if (token.kind === 'client') return toClientSubject(token);
  const principal = await principals.findEnabled(token.source.accountId);
  if (principal === undefined) throw new errors.InvalidRequest('the user does not exist or is disabled');
  return toUserSubject(token, principal);
}

/** A machine may do what its token's scopes say, as far as its client still may. */
export function toClientSubject({ source, client }: ClientToken): InternalTokenSubject {
  const scopesOfClient = new Set(client.scope?.split(' ') ?? []);
  return {
    sub: client.clientId,
    kind: 'client',
    client_id: client.clientId,
    roles: [],
    permissions: grantable(source.scopes, scopesOfClient),
  };
}

/** A person may do what their roles say; through a client that is not ours, only that part of it that its scopes name. */
export function toUserSubject({ source, client }: UserToken, principal: Principal): InternalTokenSubject {
  const within = isFirstParty(client) ? undefined : source.scopes;
  return {
    sub: principal.id,
    kind: 'user',
    client_id: client.clientId,
    username: principal.username,
    name: principal.displayName,
    roles: principal.roles,
    permissions: grantable(principal.permissions, within),
    ...(principal.area !== null && { area: principal.area }),
  };
}
