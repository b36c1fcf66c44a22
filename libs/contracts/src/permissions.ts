/**
 * Every permission of the platform: `<service>:<resource>:<action>`. Roles hold them for people; a machine client holds
 * them as OAuth scopes (RFC 6749 section 3.3: a scope-token may contain `:`).
 */
export const Permission = {
  PassRecordsWrite: 'dynamic:pass-records:write',
  CountersRead: 'dynamic:counters:read',
  EventsRead: 'dynamic:events:read',
  ReportsRead: 'statistics:reports:read',
  StationsRead: 'system:stations:read',
  AreasRead: 'system:areas:read',
  UsersRead: 'system:users:read',
  UsersWrite: 'system:users:write',
  RolesRead: 'system:roles:read',
  RolesWrite: 'system:roles:write',
  /** `auth` asks `system` who a person is and what they may do. Never granted to people or outside clients. */
  PrincipalsRead: 'system:principals:read',
} as const;

/** One of the permission codes. */
export type PermissionCode = (typeof Permission)[keyof typeof Permission];

/** Every permission code. */
export const PERMISSION_CODES = Object.values(Permission) as readonly PermissionCode[];
