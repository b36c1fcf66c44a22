import { inTransaction } from '@app/persistence';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { DataSource, type EntityManager, Repository, type SelectQueryBuilder } from 'typeorm';
import { containing, startingWith } from '../shared/like.js';
import type { Page } from '../shared/page-query.js';
import { UserEntity } from './user.entity.js';
import type { NewUser, UserChanges, UserWithRoles } from './user.types.js';

/** Which people are listed. */
export interface UserFilter {
  /** Only those whose own area lies in this division. */
  within?: string | undefined;
  search?: string | undefined;
  enabled?: boolean | undefined;
  role?: string | undefined;
  limit: number;
  offset: number;
}

@Injectable()
export class UsersRepository {
  constructor(
    @InjectRepository(UserEntity) private readonly users: Repository<UserEntity>,
    private readonly dataSource: DataSource,
  ) {}

  async list({ limit, offset, ...filter }: UserFilter): Promise<Page<UserWithRoles>> {
    const query = narrow(this.users.createQueryBuilder('person'), filter);
    const [users, total] = await query.orderBy('person.username').take(limit).skip(offset).getManyAndCount();
    return { items: await this.#withRoles(users), total };
  }

  async findById(id: string): Promise<UserWithRoles | undefined> {
    const [user] = await this.#withRoles(await this.users.findBy({ id }));
    return user;
  }

  /** Everything that a person's roles permit, ascending. */
  async listPermissions(id: string): Promise<string[]> {
    const rows = await this.dataSource.query<{ permission: string }[]>(
      'SELECT DISTINCT permission FROM role_permission JOIN user_role USING (role) WHERE user_id = $1 ORDER BY permission',
      [id],
    );
    return rows.map(({ permission }) => permission);
  }

  /** @throws a unique violation of `user_username_key` */
  async create({ roles, ...user }: NewUser): Promise<void> {
    await inTransaction(this.dataSource, async (manager) => {
      await manager.insert(UserEntity, user);
      await replaceRoles(manager, user.id, roles);
    });
  }

  async update(id: string, { roles, ...changes }: UserChanges): Promise<void> {
    await inTransaction(this.dataSource, async (manager) => {
      await manager.update(UserEntity, { id }, { ...changes, updatedAt: () => 'now()' });
      if (roles !== undefined) await replaceRoles(manager, id, roles);
    });
  }

  async #withRoles(users: readonly UserEntity[]): Promise<UserWithRoles[]> {
    if (users.length === 0) return [];
    const ids = users.map(({ id }) => id);
    const rows = await this.dataSource.query<{ id: string; role: string }[]>(
      'SELECT user_id AS id, role FROM user_role WHERE user_id = ANY($1) ORDER BY role',
      [ids],
    );
    const byUser = Map.groupBy(rows, ({ id }) => id);
    return users.map((user) => Object.assign(user, { roles: byUser.get(user.id)?.map(({ role }) => role) ?? [] }));
  }
}

function narrow(query: SelectQueryBuilder<UserEntity>, { within, search, enabled, role }: Omit<UserFilter, 'limit' | 'offset'>) {
  if (within !== undefined) query.andWhere('person.area LIKE :within', { within: startingWith(within) });
  if (search !== undefined)
    query.andWhere('(person.username ILIKE :search OR person.display_name ILIKE :search)', { search: containing(search) });
  if (enabled !== undefined) query.andWhere('person.enabled = :enabled', { enabled });
  if (role !== undefined) query.andWhere('EXISTS (SELECT FROM user_role WHERE user_id = person.id AND role = :role)', { role });
  return query;
}

async function replaceRoles(manager: EntityManager, id: string, roles: readonly string[]): Promise<void> {
  await manager.query('DELETE FROM user_role WHERE user_id = $1 AND role <> ALL($2)', [id, roles]);
  await manager.query('INSERT INTO user_role (user_id, role) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING', [id, roles]);
}
