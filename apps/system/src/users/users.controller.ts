import { Permission } from '@app/contracts';
import { CurrentPrincipal, RequirePermission, type RequestPrincipal } from '@app/security';
import { ApiZodResponse, ZodBody, ZodParam, ZodQuery } from '@app/service';
import { Controller, Get, Patch, Post } from '@nestjs/common';
import { z } from 'zod';
import { listOf, type Page } from '../shared/page-query.js';
import { createUserDto, type CreateUserDto } from './dto/create-user.dto.js';
import { listUsersQuery, type ListUsersQuery } from './dto/list-users.query.js';
import { updateUserDto, type UpdateUserDto } from './dto/update-user.dto.js';
import { toUserResponse, type UserResponseDto, userResponseSchema } from './dto/user-response.dto.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

const userId = z.uuid('must be a UUID');

@Controller('users')
export class UsersController {
  constructor(
    private readonly users: UsersRepository,
    private readonly service: UsersService,
  ) {}

  @Get()
  @RequirePermission(Permission.UsersRead)
  @ApiZodResponse(listOf(userResponseSchema), { description: "People of the bearer's area, by user name" })
  async list(
    @CurrentPrincipal() principal: RequestPrincipal,
    @ZodQuery(listUsersQuery) query: ListUsersQuery,
  ): Promise<Page<UserResponseDto>> {
    const { items, total } = await this.users.list({ ...query, within: principal.area });
    return { items: items.map(toUserResponse), total };
  }

  @Post()
  @RequirePermission(Permission.UsersWrite)
  @ApiZodResponse(userResponseSchema, {
    status: 201,
    description: 'The new person; they cannot sign in before auth has credentials of theirs',
  })
  async create(@CurrentPrincipal() principal: RequestPrincipal, @ZodBody(createUserDto) user: CreateUserDto): Promise<UserResponseDto> {
    return toUserResponse(await this.service.create(principal, user));
  }

  @Patch(':id')
  @RequirePermission(Permission.UsersWrite)
  @ApiZodResponse(userResponseSchema, { description: 'The person as they are now' })
  async update(
    @CurrentPrincipal() principal: RequestPrincipal,
    @ZodParam('id', userId) id: string,
    @ZodBody(updateUserDto) changes: UpdateUserDto,
  ): Promise<UserResponseDto> {
    return toUserResponse(await this.service.update(principal, id, changes));
  }
}
