import { z } from 'zod';
import { namesSchema } from '../../shared/fields.js';
import type { RoleWithPermissions } from '../roles.repository.js';

/** A role on the wire. */
export const roleResponseSchema = z.object({
  code: z.string(),
  names: namesSchema,
  builtIn: z.boolean(),
  permissions: z.array(z.string()),
});

export type RoleResponseDto = z.infer<typeof roleResponseSchema>;

export function toRoleResponse({ code, nameZh, nameEn, builtIn, permissions }: RoleWithPermissions): RoleResponseDto {
  return { code, names: { 'zh-CN': nameZh, en: nameEn }, builtIn, permissions };
}
