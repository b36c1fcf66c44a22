import { createLogger } from '@app/telemetry';
import type { Logger as TypeOrmLoggerContract } from 'typeorm';

const LONGEST_STATEMENT = 500;

/** TypeORM's messages on the platform's logger: statements only, never their parameters, which hold people's data. */
export class TypeOrmLogger implements TypeOrmLoggerContract {
  readonly #log = createLogger('TypeORM');

  logQuery(query: string): void {
    this.#log.trace({ statement: shorten(query) }, 'Query');
  }

  /** The error itself is thrown, and logged where it is caught. */
  logQueryError(error: string | Error, query: string): void {
    this.#log.debug({ statement: shorten(query), reason: error instanceof Error ? error.message : error }, 'Query failed');
  }

  logQuerySlow(time: number, query: string): void {
    this.#log.warn({ statement: shorten(query), durationMs: time }, 'Slow query');
  }

  logSchemaBuild(message: string): void {
    this.#log.info(message);
  }

  /** What was migrated is told by our own runner. */
  logMigration(message: string): void {
    this.#log.debug(message);
  }

  log(level: 'log' | 'info' | 'warn', message: unknown): void {
    if (level === 'warn') this.#log.warn(String(message));
    else this.#log.debug(String(message));
  }
}

function shorten(query: string): string {
  return query.length > LONGEST_STATEMENT ? `${query.slice(0, LONGEST_STATEMENT)}...` : query;
}
