import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { startPostgres } from './postgres.js';
import type { TestServer } from './test-server.js';

/** A database of one's own, with the role that owns its one schema. */
export interface TestDatabase {
  /** DATABASE_URL for the service: `postgres://role:password@127.0.0.1:port/database`. */
  url: string;
  /** The superuser's address of the same database. */
  adminUrl: string;
  name: string;
  /** Runs one statement as the schema's role, with the schema first in the search path. */
  query: <R extends pg.QueryResultRow>(text: string, values?: unknown[]) => Promise<R[]>;
  /** Ends every connection to the database and removes it and its role. */
  drop: () => Promise<void>;
}

/**
 * Makes a fresh database for one service: nothing in it but an empty schema, owned by a new role, as the launcher prepares it.
 *
 * @param options `schema`: the service's; `server`: the shared one unless given
 */
export async function createTestDatabase(options: { schema: string; server?: TestServer }): Promise<TestDatabase> {
  const server = options.server ?? (await startPostgres());
  const name = `${options.schema}_${randomBytes(6).toString('hex')}`;
  const password = randomBytes(12).toString('hex');
  const { escapeIdentifier: quote } = pg.Client.prototype;
  const schema = quote(options.schema);
  await runAs(server.url, [`CREATE ROLE ${quote(name)} LOGIN PASSWORD '${password}'`, `CREATE DATABASE ${quote(name)}`]);
  const adminUrl = withDatabase(server.url, name);
  await runAs(adminUrl, [
    `REVOKE ALL ON SCHEMA public FROM PUBLIC`,
    `CREATE SCHEMA ${schema} AUTHORIZATION ${quote(name)}`,
    `ALTER ROLE ${quote(name)} SET search_path = ${schema}`,
  ]);
  const url = withDatabase(server.url, name, { username: name, password });
  const pool = new pg.Pool({ connectionString: url, max: 2, idleTimeoutMillis: 1_000, allowExitOnIdle: true });
  // A server that a test kills takes idle connections with it; the next query opens another.
  pool.on('error', () => undefined);
  return {
    url,
    adminUrl,
    name,
    query: async <R extends pg.QueryResultRow>(text: string, values?: unknown[]) => (await pool.query<R>(text, values)).rows,
    drop: async () => {
      await pool.end();
      await runAs(server.url, [`DROP DATABASE IF EXISTS ${quote(name)} WITH (FORCE)`, `DROP ROLE IF EXISTS ${quote(name)}`]);
    },
  };
}

function withDatabase(url: string, database: string, account?: { username: string; password: string }): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return Object.assign(changed, account).href;
}

async function runAs(connectionString: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
