import { createLogger } from '@app/telemetry';
import pg from 'pg';
import type { DataSourceOptions } from 'typeorm';
import type { DatabaseConfig } from './database.config.js';
import type { PersistenceOptions } from './persistence-options.js';
import { SnakeCaseNamingStrategy } from './snake-case-naming-strategy.js';
import { TypeOrmLogger } from './typeorm-logger.js';

const log = createLogger('Database');

/** What TypeORM and node-postgres are given: own schema only, small pool, every wait bounded, no schema changes but migrations. */
export function toDataSourceOptions(options: PersistenceOptions, config: DatabaseConfig): DataSourceOptions {
  const { schema, entities, migrations } = options;
  return {
    type: 'postgres',
    driver: pg,
    // Not even looked for.
    nativeDriver: false,
    url: config.url,
    schema,
    entities: [...entities],
    migrations: [...migrations],
    migrationsTableName: 'migration',
    migrationsTransactionMode: 'each',
    migrationsRun: false,
    synchronize: false,
    installExtensions: false,
    namingStrategy: new SnakeCaseNamingStrategy(),
    logger: new TypeOrmLogger(),
    maxQueryExecutionTime: config.slowQueryMs,
    applicationName: schema,
    poolErrorHandler: (error: unknown) => {
      log.warn({ err: error }, 'An idle connection was lost');
    },
    extra: {
      max: config.poolMax,
      idleTimeoutMillis: config.idleTimeoutMs,
      connectionTimeoutMillis: config.connectTimeoutMs,
      statement_timeout: config.statementTimeoutMs,
      lock_timeout: config.lockTimeoutMs,
      idle_in_transaction_session_timeout: config.statementTimeoutMs,
      keepAlive: true,
      options: `-c search_path=${schema}`,
    },
  };
}
