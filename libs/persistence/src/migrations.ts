import { createLogger } from '@app/telemetry';
import { type DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';

/** First key of the platform's advisory locks; the second is the hash of the schema's name. */
const LOCK_SPACE = 0x6361_7573;

const log = createLogger('Migrations');

/**
 * Runs the migrations that have not run, each in its own transaction, while holding an advisory lock of the schema: of many
 * instances that start at once, one migrates and the others wait and then find nothing to do.
 *
 * @param timeoutMs how long to wait for an instance that migrates
 * @throws the error of the migration that failed; those before it stay
 */
export async function runMigrations(dataSource: DataSource, schema: string, timeoutMs: number): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.connect();
    await ensureSchema(runner, schema);
    // A migration may take long; only the wait for the lock is bounded.
    await runner.query(`SET statement_timeout = 0`);
    await runner.query(`SET lock_timeout = ${timeoutMs}`);
    await runner.query('SELECT pg_advisory_lock($1, hashtext($2))', [LOCK_SPACE, schema]);
    try {
      const executor = new MigrationExecutor(dataSource, runner);
      executor.transaction = 'each';
      for (const { name } of await executor.executePendingMigrations()) log.info({ migration: name }, 'Migrated');
    } finally {
      await runner.query('SELECT pg_advisory_unlock($1, hashtext($2))', [LOCK_SPACE, schema]);
    }
    await runner.query('RESET statement_timeout');
    await runner.query('RESET lock_timeout');
  } finally {
    await runner.release();
  }
}

/** Only looks where the schema is there: the service's role need not be allowed to make one. */
async function ensureSchema(runner: QueryRunner, schema: string): Promise<void> {
  const found = (await runner.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema])) as unknown[];
  if (found.length === 0) await runner.query(`CREATE SCHEMA IF NOT EXISTS "${schema}"`);
}
