import { z } from 'zod';
import { divisionCode } from '../../shared/fields.js';
import { displayName, roles } from './create-user.dto.js';

/** Body of `PATCH /users/:id`. */
export const updateUserDto = z
  .strictObject({
    displayName: displayName.optional(),
    area: divisionCode.nullable().optional(),
    enabled: z.boolean().optional(),
    roles: roles.optional(),
  })
  .refine((changes) => Object.keys(changes).length > 0, 'must change something');

export type UpdateUserDto = z.infer<typeof updateUserDto>;
