import { randomUUID } from 'node:crypto';
import { AppError, CommonError } from '@app/errors';
import { isUniqueViolation } from '@app/persistence';
import { areaAllows, type RequestPrincipal } from '@app/security';
import { Injectable } from '@nestjs/common';
import { AreasRepository } from '../areas/areas.repository.js';
import { RolesRepository } from '../roles/roles.repository.js';
import type { CreateUserDto } from './dto/create-user.dto.js';
import type { UpdateUserDto } from './dto/update-user.dto.js';
import type { UserChanges, UserWithRoles } from './user.types.js';
import { UserError } from './users.errors.js';
import { UsersRepository } from './users.repository.js';

/** The rules of changing people: nobody gives more than they have, reaches beyond their area, or shuts themselves out. */
@Injectable()
export class UsersService {
  constructor(
    private readonly users: UsersRepository,
    private readonly roles: RolesRepository,
    private readonly areas: AreasRepository,
  ) {}

  async create(principal: RequestPrincipal, user: CreateUserDto): Promise<UserWithRoles> {
    await this.#checkArea(principal, user.area);
    await this.#checkRoles(principal, user.roles);
    const id = randomUUID();
    try {
      await this.users.create({ ...user, id });
    } catch (error) {
      if (!isUniqueViolation(error, 'user_username_key')) throw error;
      throw new AppError(UserError.SYSTEM_USERNAME_TAKEN, { errors: [{ field: 'username', reason: 'is taken' }] });
    }
    return await this.#find(principal, id);
  }

  async update(principal: RequestPrincipal, id: string, changes: UpdateUserDto): Promise<UserWithRoles> {
    const user = await this.#find(principal, id);
    if (touchesRights(changes)) {
      if (principal.kind === 'user' && principal.subject === id) throw new AppError(UserError.SYSTEM_OWN_ACCOUNT);
      if (changes.area !== undefined) await this.#checkArea(principal, changes.area);
      // Whoever lacks what a person may do must not take it away either, be it by role, area or state.
      await this.#checkRoles(principal, [...new Set([...(changes.roles ?? []), ...user.roles])]);
    }
    await this.users.update(id, changes);
    return await this.#find(principal, id);
  }

  /** Who lies outside of the principal's area is not found: their being there is not told either. */
  async #find(principal: RequestPrincipal, id: string): Promise<UserWithRoles> {
    const user = await this.users.findById(id);
    if (user === undefined || !isWithin(principal, user.area)) throw new AppError(UserError.SYSTEM_USER_NOT_FOUND);
    return user;
  }

  async #checkArea(principal: RequestPrincipal, area: string | null): Promise<void> {
    if (!isWithin(principal, area))
      throw new AppError(UserError.SYSTEM_GRANT_EXCEEDED, { errors: [{ field: 'area', reason: 'lies outside of your own' }] });
    if (area !== null && !(await this.areas.isKnown(area))) {
      throw new AppError(CommonError.INPUT_INVALID, { errors: [{ field: 'area', reason: 'is not a known division' }] });
    }
  }

  async #checkRoles(principal: RequestPrincipal, codes: readonly string[]): Promise<void> {
    const found = await this.roles.findByCodes(codes);
    const unknown = codes.findIndex((code) => !found.some((role) => role.code === code));
    if (unknown >= 0)
      throw new AppError(CommonError.INPUT_INVALID, { errors: [{ field: `roles.${unknown}`, reason: 'is not a known role' }] });
    const exceeding = found.find(({ permissions }) => permissions.some((permission) => !principal.permissions.includes(permission)));
    if (exceeding !== undefined) {
      throw new AppError(UserError.SYSTEM_GRANT_EXCEEDED, {
        errors: [{ field: 'roles', reason: `${exceeding.code} permits more than you may do` }],
      });
    }
  }
}

/** A person without an area sees everything: only someone without one may have to do with them. */
function isWithin(principal: RequestPrincipal, area: string | null): boolean {
  return area === null ? principal.area === undefined : areaAllows(principal, area);
}

function touchesRights({ area, enabled, roles }: UserChanges): boolean {
  return area !== undefined || enabled !== undefined || roles !== undefined;
}
