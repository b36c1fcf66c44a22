import type { Grant, KoaContextWithOIDC } from 'oidc-provider';
import { isFirstParty } from './client-traits.js';

/**
 * The grant under which an authorization request is answered: the one just consented to, or the session's. First-party clients are
 * granted what they ask for, so that nobody is asked.
 */
export async function loadExistingGrant(ctx: KoaContextWithOIDC): Promise<Grant | undefined> {
  const { client, provider, result, session } = ctx.oidc;
  if (client === undefined || session === undefined) return undefined;
  const grantId = result?.consent?.grantId ?? session.grantIdFor(client.clientId);
  const existing = grantId === undefined ? undefined : await provider.Grant.find(grantId);
  if (!isFirstParty(client) || session.accountId === undefined) return existing;
  const isOwn = existing?.accountId === session.accountId && existing.clientId === client.clientId;
  const grant = isOwn ? existing : new provider.Grant({ accountId: session.accountId, clientId: client.clientId });
  grant.addOIDCScope([...ctx.oidc.requestParamOIDCScopes].join(' '));
  await grant.save();
  return grant;
}
