import type { Principal } from '@app/contracts';
import type { Account, FindAccount } from 'oidc-provider';
import type { PrincipalClient } from '../principals/principal.client.js';
import { isFirstParty } from './client-traits.js';

/** Claims by scope. `roles`, `permissions` and `area` are told to first-party clients only. */
export const CLAIMS = {
  openid: ['sub'],
  profile: ['name', 'preferred_username', 'roles', 'permissions', 'area'],
} as const;

/** Finds people for oidc-provider; unknown and disabled ones do not exist. */
export function createFindAccount(principals: PrincipalClient): FindAccount {
  return async (ctx, sub) => {
    const principal = await principals.findEnabled(sub);
    return principal && toAccount(principal, ctx.oidc.client !== undefined && isFirstParty(ctx.oidc.client));
  };
}

function toAccount(principal: Principal, isTrusted: boolean): Account {
  const { id, username, displayName, roles, permissions, area } = principal;
  return {
    accountId: id,
    claims: () => ({
      sub: id,
      name: displayName,
      preferred_username: username,
      ...(isTrusted && { roles, permissions, ...(area !== null && { area }) }),
    }),
  };
}
