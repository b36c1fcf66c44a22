import { z } from 'zod';
import { pageParameters, searchParameter } from '../../shared/page-query.js';

/** Query of `GET /users`. */
export const listUsersQuery = z.strictObject({
  search: searchParameter('Part of the user name or display name'),
  enabled: z
    .enum(['true', 'false'], 'must be true or false')
    .transform((text) => text === 'true')
    .optional(),
  role: z
    .string()
    .min(1, 'must not be empty')
    .max(64, 'must have at most 64 characters')
    .optional()
    .meta({ description: 'Code of a role that they have' }),
  ...pageParameters(200, 50),
});

export type ListUsersQuery = z.infer<typeof listUsersQuery>;
