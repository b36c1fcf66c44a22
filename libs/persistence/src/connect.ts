import { setTimeout as delay } from 'node:timers/promises';
import { createLogger } from '@app/telemetry';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { sqlStateOf } from './database-errors.js';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

const log = createLogger('Database');

/**
 * Opens a data source; tries again, with longer and longer pauses, while PostgreSQL is not there yet or does not know the role or
 * the database yet, as start has no order.
 *
 * @param timeoutMs when to give up
 * @throws Error that names host and database, with the last reason as cause
 */
export async function connect(options: DataSourceOptions, timeoutMs: number): Promise<DataSource> {
  const deadline = Date.now() + timeoutMs;
  let reason = '';
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await new DataSource(options).initialize();
    } catch (error) {
      const latest = describe(error);
      if (Date.now() + pause >= deadline) {
        throw new Error(`PostgreSQL could not be used within ${timeoutMs / 1_000} s: ${latest}`, { cause: error });
      }
      if (latest !== reason) log.warn({ reason: latest }, 'PostgreSQL cannot be used yet; trying again');
      reason = latest;
      await delay(pause);
    }
  }
}

/** Addresses and codes, no password: node-postgres' messages hold none. */
function describe(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(describe).join('; ');
  const message = error instanceof Error ? error.message : String(error);
  const code = sqlStateOf(error);
  return code === undefined || message.includes(code) ? message : `${message} (${code})`;
}
