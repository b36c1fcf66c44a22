import { createTestDatabase, type TestDatabase } from '@app/testing';
import { type DataSource, type DataSourceOptions } from 'typeorm';
import { connect } from '../src/connect.js';
import { toDataSourceOptions } from '../src/data-source-options.js';
import { databaseConfig } from '../src/database.config.js';
import type { PersistenceOptions } from '../src/persistence-options.js';

/** Options of a data source as the module makes them. */
export function optionsFor(url: string, options: Partial<PersistenceOptions> = {}, config: object = {}): DataSourceOptions {
  return toDataSourceOptions(
    { schema: 'trial', entities: [], migrations: [], ...options },
    databaseConfig.schema.parse({ url, ...config }),
  );
}

/** A fresh database with an open data source. */
export async function openTrial(
  config: object = {},
): Promise<{ database: TestDatabase; dataSource: DataSource; close: () => Promise<void> }> {
  const database = await createTestDatabase({ schema: 'trial' });
  const dataSource = await connect(optionsFor(database.url, {}, config), 10_000);
  return {
    database,
    dataSource,
    close: async () => {
      await dataSource.destroy();
      await database.drop();
    },
  };
}
