import { usernameSchema } from '@app/contracts';
import { z } from 'zod';
import { divisionCode } from '../../shared/fields.js';

/** How a person is shown. */
export const displayName = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(64, 'must have at most 64 characters')
  .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'must not contain control characters');

/** Codes of the roles of a person. */
export const roles = z
  .array(z.string().min(1, 'must not be empty').max(64, 'must have at most 64 characters'))
  .max(32, 'must have at most 32 elements')
  .refine((codes) => new Set(codes).size === codes.length, 'must not name a role twice');

/** Body of `POST /users`. */
export const createUserDto = z.strictObject({
  username: usernameSchema,
  displayName,
  area: divisionCode.nullable().default(null),
  enabled: z.boolean().default(true),
  roles: roles.default([]),
});

export type CreateUserDto = z.infer<typeof createUserDto>;
