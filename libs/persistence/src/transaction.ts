import { setTimeout as delay } from 'node:timers/promises';
import { createLogger } from '@app/telemetry';
import type { DataSource, EntityManager } from 'typeorm';
import { SqlState, sqlStateOf } from './database-errors.js';

/** How a transaction runs. */
export interface TransactionOptions {
  /** READ COMMITTED unless said. */
  isolation?: 'READ COMMITTED' | 'REPEATABLE READ' | 'SERIALIZABLE';
  /** How often it may be tried in all; 5 unless said. */
  attempts?: number;
}

const RETRIED: readonly (string | undefined)[] = [SqlState.SerializationFailure, SqlState.DeadlockDetected];
const FIRST_PAUSE_MS = 10;

const log = createLogger('inTransaction');

/**
 * Runs `work` in a transaction: committed when it resolves, rolled back when it rejects. Run again from the start when
 * PostgreSQL ended it because of others (serialization failure, deadlock). A lost connection is not retried: whether the commit arrived is unknown.
 *
 * @param work does everything through the manager it is given; may run more than once
 * @returns what `work` returned
 * @throws what `work` threw last, or PostgreSQL's error
 */
export async function inTransaction<T>(
  dataSource: DataSource,
  work: (manager: EntityManager) => Promise<T>,
  { isolation = 'READ COMMITTED', attempts = 5 }: TransactionOptions = {},
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await dataSource.transaction(isolation, work);
    } catch (error) {
      const sqlState = sqlStateOf(error);
      if (attempt >= attempts || !RETRIED.includes(sqlState)) throw error;
      log.info({ attempt, sqlState }, 'Transaction is tried again');
      await delay(FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + Math.random()));
    }
  }
}
