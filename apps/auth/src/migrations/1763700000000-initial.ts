import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Clients, credentials and signing keys. */
export class Initial1763700000000 implements MigrationInterface {
  readonly name = 'Initial1763700000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE oauth_client (
        client_id text PRIMARY KEY CHECK (client_id <> ''),
        name text NOT NULL,
        secret_hash text CHECK (secret_hash ~ '^[0-9a-f]{64}$'),
        token_endpoint_auth_method text NOT NULL
          CHECK (token_endpoint_auth_method IN ('client_secret_basic', 'client_secret_post', 'none')),
        grant_types text[] NOT NULL,
        scopes text[] NOT NULL CHECK (cardinality(scopes) > 0),
        redirect_uris text[] NOT NULL DEFAULT '{}',
        post_logout_redirect_uris text[] NOT NULL DEFAULT '{}',
        first_party boolean NOT NULL DEFAULT false,
        enabled boolean NOT NULL DEFAULT true,
        access_token_ttl integer CHECK (access_token_ttl > 0),
        refresh_token_ttl integer CHECK (refresh_token_ttl > 0),
        purpose text,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CHECK ((secret_hash IS NULL) = (token_endpoint_auth_method = 'none'))
      )`);
    await queryRunner.query(`
      CREATE TABLE credential (
        user_id text PRIMARY KEY,
        username text NOT NULL UNIQUE,
        password_hash text NOT NULL CHECK (password_hash LIKE '$argon2id$%'),
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      )`);
    await queryRunner.query(`
      CREATE TABLE signing_key (
        kid text PRIMARY KEY,
        alg text NOT NULL,
        public_jwk jsonb NOT NULL,
        sealed_private_jwk text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        retired_at timestamptz
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE signing_key, credential, oauth_client');
  }
}
