import type { MigrationInterface, QueryRunner } from 'typeorm';

const OFFICER = [
  'dynamic:counters:read',
  'dynamic:events:read',
  'statistics:reports:read',
  'system:areas:read',
  'system:stations:read',
] as const;

/** Names in Chinese and English, and permissions, as they were when this was written: what a migration did never changes. */
const ROLES: readonly { code: string; zh: string; en: string; permissions: readonly string[] }[] = [
  {
    code: 'administrator',
    zh: '管理员',
    en: 'Administrator',
    permissions: [...OFFICER, 'system:users:read', 'system:users:write', 'system:roles:read', 'system:roles:write'],
  },
  { code: 'province-officer', zh: '省级执法人员', en: 'Province officer', permissions: OFFICER },
  { code: 'city-officer', zh: '市级执法人员', en: 'City officer', permissions: OFFICER },
  { code: 'county-officer', zh: '县级执法人员', en: 'County officer', permissions: OFFICER },
  {
    code: 'duty-viewer',
    zh: '值班大屏',
    en: 'Duty screen',
    permissions: ['dynamic:counters:read', 'dynamic:events:read', 'system:areas:read', 'system:stations:read'],
  },
];

export class SeedRoles1795219200001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const { code, zh, en, permissions } of ROLES) {
      await runner.query('INSERT INTO role (code, name_zh, name_en, built_in) VALUES ($1, $2, $3, true)', [code, zh, en]);
      await runner.query('INSERT INTO role_permission (role, permission) SELECT $1, unnest($2::text[])', [code, permissions]);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DELETE FROM role WHERE code = ANY($1)', [ROLES.map(({ code }) => code)]);
  }
}
