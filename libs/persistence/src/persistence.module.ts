import { ConfigModule, getConfigToken, type LiveConfig } from '@app/config';
import { healthRegistry, type HealthStatus } from '@app/telemetry';
import { type DynamicModule, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { connect } from './connect.js';
import { toDataSourceOptions } from './data-source-options.js';
import { DatabaseErrorsInterceptor } from './database-errors.interceptor.js';
import { databaseConfig, type DatabaseConfig } from './database.config.js';
import { runMigrations } from './migrations.js';
import type { PersistenceOptions } from './persistence-options.js';

const SCHEMA = /^[a-z][a-z0-9_]{0,62}$/;

/** Answers for the database in the service's health. */
class DatabaseHealth implements OnModuleInit, OnApplicationShutdown {
  #unregister: (() => void) | undefined;

  constructor(private readonly dataSource: DataSource) {}

  onModuleInit(): void {
    this.#unregister = healthRegistry.register('database', () => this.#check());
  }

  onApplicationShutdown(): void {
    this.#unregister?.();
  }

  async #check(): Promise<HealthStatus> {
    await this.dataSource.query('SELECT 1');
    return { status: 'up' };
  }
}

/**
 * The service's PostgreSQL: waits for it at start, migrates its own schema, hands on TypeORM's DataSource and, through
 * `TypeOrmModule.forFeature`, repositories. Health check `database`.
 */
@Module({})
export class PersistenceModule {
  /** For the application's root module. @throws Error when the schema's name is malformed */
  static forRoot(options: PersistenceOptions): DynamicModule {
    if (!SCHEMA.test(options.schema)) throw new Error(`"${options.schema}" is no name of a schema: lower-case letters, digits and _ only.`);
    const configuration = ConfigModule.forFeature(databaseConfig);
    const token = getConfigToken(databaseConfig);
    let startTimeoutMs = 0;
    let migrationTimeoutMs = 0;
    return {
      module: PersistenceModule,
      imports: [
        TypeOrmModule.forRootAsync({
          imports: [configuration],
          inject: [token],
          useFactory: ({ value }: LiveConfig<DatabaseConfig>) => {
            ({ startTimeoutMs, migrationTimeoutMs } = value);
            // `connect` has tried long enough.
            return { ...toDataSourceOptions(options, value), toRetry: () => false };
          },
          dataSourceFactory: async (dataSourceOptions?: DataSourceOptions) => {
            if (dataSourceOptions === undefined) throw new Error('TypeOrmModule gave no options.');
            const dataSource = await connect(dataSourceOptions, startTimeoutMs);
            await runMigrations(dataSource, options.schema, migrationTimeoutMs);
            return dataSource;
          },
        }),
      ],
      providers: [
        { provide: DatabaseHealth, inject: [DataSource], useFactory: (dataSource: DataSource) => new DatabaseHealth(dataSource) },
        { provide: APP_INTERCEPTOR, useClass: DatabaseErrorsInterceptor },
      ],
    };
  }
}
