import type { ServerOptions } from './server-options.js';

/** What a PostgreSQL server is started from. An empty data folder is initialised. */
export interface PostgresOptions extends ServerOptions {
  /** Given to the superuser `postgres` when the cluster is made. */
  superuserPassword: string;
  /** `false` leaves out every fsync: for tests only, a crash of the machine destroys the data. */
  durable?: boolean;
  /** Further server settings by name; they go before the ones chosen here. */
  tuning?: Readonly<Record<string, string | number | boolean>>;
}
