import type { Client, Grant, KoaContextWithOIDC } from 'oidc-provider';
import type { AuthConfig } from '../auth.config.js';
import { isFirstParty } from './client-traits.js';
import { newGrant } from './new-grant.js';
import { tokenTtl } from './ttls.js';

type Ttls = AuthConfig['ttl'];

/**
 * The grant under which an authorization request is answered: the one just consented to, or the session's. First-party clients are granted what
 * they ask for, so that nobody is asked.
 */
export function createLoadExistingGrant(ttl: Ttls) {
  return async (ctx: KoaContextWithOIDC): Promise<Grant | undefined> => {
    const { client, provider, result, session } = ctx.oidc;
    if (client === undefined || session === undefined) return undefined;
    if (result?.consent?.grantId !== undefined) return provider.Grant.find(result.consent.grantId);
    const existing = await findOfSession(ctx, client, ttl);
    if (!isFirstParty(client) || session.accountId === undefined) return existing;
    const isOwn = existing?.accountId === session.accountId && existing.clientId === client.clientId;
    const grant = isOwn ? existing : newGrant(provider, client, session.accountId);
    grant.addOIDCScope([...ctx.oidc.requestParamOIDCScopes].join(' '));
    await grant.save();
    return grant;
  };
}

/** None when it would end before the tokens that are issued under it: saving a grant does not prolong it. */
async function findOfSession({ oidc }: KoaContextWithOIDC, client: Client, ttl: Ttls): Promise<Grant | undefined> {
  const grantId = oidc.session?.grantIdFor(client.clientId);
  const grant = grantId === undefined ? undefined : await oidc.provider.Grant.find(grantId);
  return grant !== undefined && grant.remainingTTL >= tokenTtl(ttl, client) ? grant : undefined;
}
