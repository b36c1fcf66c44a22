import { Permission } from '@app/contracts';
import { RequirePermission } from '@app/security';
import { ApiZodResponse, ZodQuery } from '@app/service';
import { Controller, Get } from '@nestjs/common';
import { listOf, type Page } from '../shared/page-query.js';
import { listRolesQuery, type ListRolesQuery } from './dto/list-roles.query.js';
import { type RoleResponseDto, roleResponseSchema, toRoleResponse } from './dto/role-response.dto.js';
import { RolesRepository } from './roles.repository.js';

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
