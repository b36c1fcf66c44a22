import { z } from 'zod';
import type { UserWithRoles } from '../user.types.js';

/** A person on the wire. */
export const userResponseSchema = z.object({
  id: z.uuid(),
  username: z.string(),
  displayName: z.string(),
  area: z.string().nullable(),
  enabled: z.boolean(),
  roles: z.array(z.string()),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

export type UserResponseDto = z.infer<typeof userResponseSchema>;

export function toUserResponse({ id, username, displayName, area, enabled, roles, createdAt, updatedAt }: UserWithRoles): UserResponseDto {
  return { id, username, displayName, area, enabled, roles, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
}
