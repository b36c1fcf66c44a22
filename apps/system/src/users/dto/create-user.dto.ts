import { z } from 'zod';
import { divisionCode } from '../../shared/fields.js';

const displayName = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(64, 'must have at most 64 characters')
  .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'must not contain control characters');

const roles = z
  .array(z.string().min(1, 'must not be empty').max(64, 'must have at most 64 characters'))
  .max(32, 'must have at most 32 elements')
  .refine((codes) => new Set(codes).size === codes.length, 'must not name a role twice');

/** How a person is called at sign-in. */
export const username = z
  .string()
  .regex(/^[a-z][a-z0-9._-]{1,31}$/, 'must be 2 to 32 lower-case letters, digits, . _ or -, beginning with a letter');

/** Body of `POST /users`. */
export const createUserDto = z.strictObject({
  username,
  displayName,
  area: divisionCode.nullable().default(null),
  enabled: z.boolean().default(true),
  roles: roles.default([]),
});

export type CreateUserDto = z.infer<typeof createUserDto>;

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
