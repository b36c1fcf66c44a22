import { Permission, PERMISSION_CODES } from '@app/contracts';
import { RequirePermission } from '@app/security';
import { ApiZodResponse, ZodQuery } from '@app/service';
import { Controller, Get } from '@nestjs/common';
import { z } from 'zod';
import { listOf, type Page } from '../shared/page-query.js';
import { type RoleResponseDto, roleResponseSchema, toRoleResponse } from './dto/role-response.dto.js';
import { RolesRepository } from './roles.repository.js';

const listRolesQuery = z.strictObject({
  permission: z
    .enum(PERMISSION_CODES, 'must be a known permission')
    .optional()
    .meta({ description: 'Only roles that hold this permission' }),
});

type ListRolesQuery = z.infer<typeof listRolesQuery>;

@Controller('roles')
export class RolesController {
  constructor(private readonly roles: RolesRepository) {}

  @Get()
  @RequirePermission(Permission.RolesRead)
  @ApiZodResponse(listOf(roleResponseSchema), { description: 'Roles and what they permit, by code' })
  async list(@ZodQuery(listRolesQuery) { permission }: ListRolesQuery): Promise<Page<RoleResponseDto>> {
    const roles = await this.roles.list(permission);
    return { items: roles.map(toRoleResponse), total: roles.length };
  }
}
