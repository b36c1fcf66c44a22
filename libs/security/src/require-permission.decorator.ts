import type { PermissionCode } from '@app/contracts';
import { SetMetadata } from '@nestjs/common';

export const PERMISSIONS_METADATA = 'causeway:permissions';

/**
 * Opens a handler, or a whole controller, to principals that hold every one of the permissions. A handler's own
 * decorator replaces its controller's.
 */
export const RequirePermission = (first: PermissionCode, ...others: PermissionCode[]) =>
  SetMetadata(PERMISSIONS_METADATA, [first, ...others]);
