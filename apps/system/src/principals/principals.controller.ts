import { Permission, type Principal, principalSchema } from '@app/contracts';
import { AppError, CommonError } from '@app/errors';
import { CurrentPrincipal, RequirePermission, type RequestPrincipal } from '@app/security';
import { ApiZodResponse, ZodParam } from '@app/service';
import { Controller, Get } from '@nestjs/common';
import { z } from 'zod';
import { UserError } from '../users/users.errors.js';
import { UsersRepository } from '../users/users.repository.js';

/** `auth`'s own service token says so; no permission that someone might be given by mistake is enough. */
const ASKER = 'auth';

@Controller('principals')
@RequirePermission(Permission.PrincipalsRead)
export class PrincipalsController {
  constructor(private readonly users: UsersRepository) {}

  @Get(':id')
  @ApiZodResponse(principalSchema, { description: 'The person with this id; only for auth' })
  async findById(@CurrentPrincipal() asker: RequestPrincipal, @ZodParam('id', z.uuid('must be a UUID')) id: string): Promise<Principal> {
    requireAuth(asker);
    const user = await this.users.findById(id);
    if (user === undefined) throw new AppError(UserError.SYSTEM_USER_NOT_FOUND);
    const { username, displayName, enabled, roles, area } = user;
    return { id, username, displayName, enabled, roles, permissions: await this.users.listPermissions(id), area };
  }
}

function requireAuth({ kind, clientId }: RequestPrincipal): void {
  if (kind !== 'client' || clientId !== ASKER) throw new AppError(CommonError.FORBIDDEN);
}
