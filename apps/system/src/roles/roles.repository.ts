import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** A role with what it permits. */
export interface RoleWithPermissions {
  code: string;
  nameZh: string;
  nameEn: string;
  builtIn: boolean;
  permissions: string[];
}

const SELECT_ROLES = `
  SELECT code, name_zh AS "nameZh", name_en AS "nameEn", built_in AS "builtIn",
         ARRAY(SELECT permission FROM role_permission WHERE role = code ORDER BY permission) AS permissions
    FROM role`;

@Injectable()
export class RolesRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** All roles by code, or those with a permission. */
  async list(permission?: string): Promise<RoleWithPermissions[]> {
    const holding = '$1::text IS NULL OR EXISTS (SELECT FROM role_permission WHERE role = code AND permission = $1)';
    return await this.dataSource.query(`${SELECT_ROLES} WHERE ${holding} ORDER BY code`, [permission ?? null]);
  }

  /** Those of the given roles that there are, by code. */
  async findByCodes(codes: readonly string[]): Promise<RoleWithPermissions[]> {
    return await this.dataSource.query(`${SELECT_ROLES} WHERE code = ANY($1) ORDER BY code`, [codes]);
  }
}
