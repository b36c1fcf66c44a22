import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The public half of a signing key is part of the private one, and no key is retired: the newest signs. */
export class DropUnusedKeyColumns1795219200000 implements MigrationInterface {
  readonly name = 'DropUnusedKeyColumns1795219200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE signing_key DROP COLUMN public_jwk, DROP COLUMN retired_at');
  }

  /** Keys cannot be opened here, so their public halves stay unknown. */
  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query("ALTER TABLE signing_key ADD COLUMN public_jwk jsonb NOT NULL DEFAULT '{}', ADD COLUMN retired_at timestamptz");
  }
}
