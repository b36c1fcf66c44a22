import pg from 'pg';
import { Failure } from '../failure.ts';
import { SERVICES_WITH_DATABASE } from './accounts.ts';

/** The database that all services share, each in a schema of its own. */
export const DATABASE_NAME = 'causeway';

const CONNECT_TIMEOUT_MS = 10_000;

/** Two launchers on one server make the same roles, one after the other: what is locked is this number alone. */
const PROVISIONING_LOCK = 0x63617573;
const LOCK_TIMEOUT = '30s';

/**
 * Makes the services' database (on a server of our own), and one role and schema per service, of the service's name. Repeatable.
 *
 * @param adminUrl of someone who may create roles and schemas
 * @param passwords by service
 * @param owned whether the server is ours alone: then the database is made, and closed to everyone else
 * @throws Failure that names the server, never its password
 */
export async function provisionDatabase(adminUrl: string, passwords: Readonly<Record<string, string>>, owned: boolean): Promise<void> {
  if (owned) await withClient(withDatabase(adminUrl, 'postgres'), createDatabase);
  await withClient(owned ? withDatabase(adminUrl, DATABASE_NAME) : adminUrl, async (client) => {
    await client.query(`SET lock_timeout = '${LOCK_TIMEOUT}'`);
    await client.query('SELECT pg_advisory_lock($1)', [PROVISIONING_LOCK]);
    if (owned) await client.query(`REVOKE ALL ON DATABASE ${DATABASE_NAME} FROM PUBLIC; REVOKE ALL ON SCHEMA public FROM PUBLIC`);
    for (const service of SERVICES_WITH_DATABASE) await provisionService(client, service, passwords[service] ?? '');
  });
}

async function createDatabase(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE_NAME]);
  if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE_NAME}`);
}

/** Identifiers are the services' own fixed names; only the password is data. */
async function provisionService(client: pg.Client, service: string, password: string): Promise<void> {
  const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [service]);
  if (rowCount === 0) await client.query(`CREATE ROLE ${service}`);
  await client.query(`ALTER ROLE ${service} LOGIN PASSWORD ${client.escapeLiteral(password)}`);
  // An administrator who is no superuser may only make a schema for a role that they are a member of.
  const { rows } = await client.query<{ superuser: boolean; database: string }>(
    'SELECT rolsuper AS superuser, current_database() AS database FROM pg_roles WHERE rolname = current_user',
  );
  const { superuser, database } = rows[0] ?? { superuser: true, database: DATABASE_NAME };
  if (!superuser) await client.query(`GRANT ${service} TO CURRENT_USER`);
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${service} AUTHORIZATION ${service}`);
  const name = client.escapeIdentifier(database);
  await client.query(
    `GRANT CONNECT, TEMPORARY ON DATABASE ${name} TO ${service}; ALTER ROLE ${service} IN DATABASE ${name} SET search_path = ${service}`,
  );
}

async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  // A connection that breaks between two queries fails the next one; without a listener it would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await work(client);
  } catch (error) {
    throw new Failure(
      `PostgreSQL at ${withoutPassword(url)} could not be prepared: ${error instanceof Error ? error.message : String(error)}.`,
    );
  } finally {
    await client.end();
  }
}

/** The same server and person, another database. */
export function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

/** The address of a service's own role in the same database. */
export function asRole(url: string, role: string, password: string): string {
  const changed = new URL(url);
  changed.username = role;
  changed.password = password;
  return changed.href;
}

function withoutPassword(url: string): string {
  const changed = new URL(url);
  changed.password = '';
  return changed.href;
}
