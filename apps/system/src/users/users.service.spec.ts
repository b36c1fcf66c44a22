import { Permission } from '@app/contracts';
import type { RequestPrincipal } from '@app/security';
import type { AreasRepository } from '../areas/areas.repository.js';
import type { RolesRepository } from '../roles/roles.repository.js';
import type { UpdateUserDto } from './dto/update-user.dto.js';
import type { UserWithRoles } from './user.types.js';
import type { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

const ROLES = new Map([
  ['clerk', [Permission.UsersWrite]],
  ['chief', [Permission.UsersWrite, Permission.RolesWrite]],
]);

const CLERK: RequestPrincipal = {
  subject: 'u-clerk',
  kind: 'user',
  clientId: 'gateway',
  roles: ['clerk'],
  permissions: ROLES.get('clerk')!,
};
const CHIEF: RequestPrincipal = { ...CLERK, subject: 'u-chief', roles: ['chief'], permissions: ROLES.get('chief')! };

function setUp(values: Partial<UserWithRoles> = {}) {
  const at = new Date(0);
  const user = { id: 'u-1', username: 'ann', displayName: 'Ann', area: '3301', enabled: true, createdAt: at, updatedAt: at, roles: [] };
  const people = new Map<string, UserWithRoles>([['u-1', { ...user, ...values }]]);
  const users = {
    findById: (id: string) => Promise.resolve(people.get(id)),
    create: (person: UserWithRoles) => Promise.resolve(void people.set(person.id, { ...user, ...person })),
    update: (id: string, changes: UpdateUserDto) => Promise.resolve(void people.set(id, { ...people.get(id)!, ...changes })),
  } as unknown as UsersRepository;
  const roles = {
    findByCodes: (codes: string[]) =>
      Promise.resolve([...ROLES].filter(([code]) => codes.includes(code)).map(([code, permissions]) => ({ code, permissions }))),
  } as unknown as RolesRepository;
  const areas = { isKnown: (code: string) => Promise.resolve(code !== '99') } as unknown as AreasRepository;
  return { sut: new UsersService(users, roles, areas), people };
}

const NEW_PERSON = { username: 'ben', displayName: 'Ben', area: null, enabled: true, roles: [] };

describe(UsersService.name, () => {
  it.each<[string, UpdateUserDto]>([
    ['disables', { enabled: false }],
    ['enables', { enabled: true }],
    ['moves', { area: '3302' }],
    ['takes a role from', { roles: [] }],
    ['gives a role to', { roles: ['chief', 'clerk'] }],
  ])('refuses who %s someone that may do more than they', async (_, changes) => {
    const { sut, people } = setUp({ roles: ['chief'] });
    const before = people.get('u-1');
    await expect(sut.update(CLERK, 'u-1', changes)).rejects.toMatchObject({ code: 'SYSTEM_GRANT_EXCEEDED' });
    expect(people.get('u-1')).toBe(before);
    await expect(sut.update(CHIEF, 'u-1', changes)).resolves.toMatchObject(changes);
  });

  it('lets someone who may do less rename a person: that touches no rights', async () => {
    await expect(setUp({ roles: ['chief'] }).sut.update(CLERK, 'u-1', { displayName: 'Anna' })).resolves.toMatchObject({
      displayName: 'Anna',
      roles: ['chief'],
    });
  });

  it('refuses a role that permits more than the giver may do', async () => {
    const { sut } = setUp();
    await expect(sut.create(CLERK, { ...NEW_PERSON, roles: ['chief'] })).rejects.toMatchObject({ code: 'SYSTEM_GRANT_EXCEEDED' });
    await expect(sut.update(CLERK, 'u-1', { roles: ['chief'] })).rejects.toMatchObject({ code: 'SYSTEM_GRANT_EXCEEDED' });
    await expect(sut.update(CLERK, 'u-1', { roles: ['clerk'] })).resolves.toMatchObject({ roles: ['clerk'] });
  });

  it('names a role and a division that there are not', async () => {
    const { sut } = setUp();
    await expect(sut.update(CHIEF, 'u-1', { roles: ['clerk', 'king'] })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      details: { errors: [{ field: 'roles.1' }] },
    });
    await expect(sut.update(CHIEF, 'u-1', { area: '99' })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      details: { errors: [{ field: 'area' }] },
    });
  });

  it('lets nobody change their own rights, and everybody their own name', async () => {
    const { sut } = setUp();
    const self = { ...CHIEF, subject: 'u-1' };
    for (const changes of [{ enabled: false }, { area: '33' }, { roles: ['chief'] }]) {
      await expect(sut.update(self, 'u-1', changes)).rejects.toMatchObject({ code: 'SYSTEM_OWN_ACCOUNT' });
    }
    await expect(sut.update(self, 'u-1', { displayName: 'Me' })).resolves.toMatchObject({ displayName: 'Me' });
  });

  it('reaches nobody outside of the own area, and puts nobody there', async () => {
    const { sut } = setUp();
    await expect(sut.update({ ...CHIEF, area: '3302' }, 'u-1', { displayName: 'x' })).rejects.toMatchObject({
      code: 'SYSTEM_USER_NOT_FOUND',
    });
    await expect(sut.update({ ...CHIEF, area: '3301' }, 'u-1', { area: '33' })).rejects.toMatchObject({ code: 'SYSTEM_GRANT_EXCEEDED' });
    await expect(sut.create({ ...CHIEF, area: '33' }, NEW_PERSON)).rejects.toMatchObject({ code: 'SYSTEM_GRANT_EXCEEDED' });
  });
});
