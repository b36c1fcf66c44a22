import { Permission, PERMISSION_CODES, type PermissionCode } from '@app/contracts';

/** Permissions that no outside client and no person is ever granted. */
const INTERNAL_PERMISSIONS: readonly PermissionCode[] = [Permission.PrincipalsRead];

/** Permissions that can be granted: to people by their roles, to clients as scopes. */
const GRANTABLE_PERMISSIONS = PERMISSION_CODES.filter((code) => !INTERNAL_PERMISSIONS.includes(code));

/** Every scope: OpenID Connect's, and one per permission. */
export const SCOPES: readonly string[] = ['openid', 'profile', 'offline_access', ...GRANTABLE_PERMISSIONS];

/** Those of `codes` that can be granted, and are in `within` if that is given. */
export function grantable(codes: Iterable<string>, within?: ReadonlySet<string>): PermissionCode[] {
  const asked = new Set(codes);
  return GRANTABLE_PERMISSIONS.filter((code) => asked.has(code) && (within === undefined || within.has(code)));
}
