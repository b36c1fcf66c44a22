import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateTables1795219200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE area (
        code text PRIMARY KEY CHECK (code ~ '^([0-9]{2}|[0-9]{4}|[0-9]{6})$'),
        parent text,
        level text NOT NULL CHECK (level IN ('province', 'city', 'county')),
        name_zh text NOT NULL,
        name_en text NOT NULL,
        valid_from date,
        valid_to date CHECK (valid_to > valid_from),
        successor text
      );
      CREATE INDEX area_parent ON area (parent);

      CREATE TABLE station (
        code text PRIMARY KEY CHECK (code ~ '^[0-9]{10}$'),
        county text NOT NULL CHECK (county = left(code, 6)),
        name_zh text NOT NULL,
        name_en text NOT NULL,
        road text NOT NULL,
        kilometre integer NOT NULL CHECK (kilometre >= 0),
        type smallint NOT NULL CHECK (type IN (31, 41, 71, 99)),
        lanes smallint NOT NULL CHECK (lanes > 0),
        latitude double precision NOT NULL,
        longitude double precision NOT NULL,
        in_use boolean NOT NULL DEFAULT true
      );

      CREATE TABLE role (
        code text PRIMARY KEY,
        name_zh text NOT NULL,
        name_en text NOT NULL,
        built_in boolean NOT NULL DEFAULT false
      );
      CREATE TABLE role_permission (
        role text NOT NULL REFERENCES role ON UPDATE CASCADE ON DELETE CASCADE,
        permission text NOT NULL,
        PRIMARY KEY (role, permission)
      );

      CREATE TABLE "user" (
        id uuid PRIMARY KEY,
        username text NOT NULL CONSTRAINT user_username_key UNIQUE CHECK (username = lower(username)),
        display_name text NOT NULL,
        area text,
        enabled boolean NOT NULL DEFAULT true,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE TABLE user_role (
        user_id uuid NOT NULL REFERENCES "user" ON DELETE CASCADE,
        role text NOT NULL REFERENCES role ON UPDATE CASCADE,
        PRIMARY KEY (user_id, role)
      );
      CREATE INDEX user_role_role ON user_role (role);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE user_role, "user", role_permission, role, station, area');
  }
}
