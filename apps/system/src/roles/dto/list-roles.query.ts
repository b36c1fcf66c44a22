import { PERMISSION_CODES } from '@app/contracts';
import { z } from 'zod';

/** Query of `GET /roles`. */
export const listRolesQuery = z.strictObject({
  permission: z
    .enum(PERMISSION_CODES, 'must be a known permission')
    .optional()
    .meta({ description: 'Only roles that hold this permission' }),
});

export type ListRolesQuery = z.infer<typeof listRolesQuery>;
