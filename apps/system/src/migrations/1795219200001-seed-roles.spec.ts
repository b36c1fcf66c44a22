import { Permission, PERMISSION_CODES } from '@app/contracts';
import type { QueryRunner } from 'typeorm';
import { SeedRoles1795219200001 } from './1795219200001-seed-roles.js';

describe(SeedRoles1795219200001.name, () => {
  const collect = async () => {
    const permissionsOf = new Map<string, string[]>();
    const query = (text: string, parameters: unknown[] = []) => {
      if (text.includes('role_permission')) permissionsOf.set(parameters[0] as string, parameters[1] as string[]);
      return Promise.resolve([]);
    };
    await new SeedRoles1795219200001().up({ query } as unknown as QueryRunner);
    return permissionsOf;
  };

  it('gives roles only permissions that there are', async () => {
    for (const permissions of (await collect()).values()) {
      for (const permission of permissions) expect(PERMISSION_CODES).toContain(permission);
    }
  });

  it('gives nobody what only auth and stations may do', async () => {
    for (const permissions of (await collect()).values()) {
      expect(permissions).not.toContain(Permission.PrincipalsRead);
      expect(permissions).not.toContain(Permission.PassRecordsWrite);
    }
  });

  it('has the roles of the demo people', async () => {
    expect([...(await collect()).keys()]).toEqual(expect.arrayContaining(['administrator', 'province-officer', 'city-officer']));
  });
});
