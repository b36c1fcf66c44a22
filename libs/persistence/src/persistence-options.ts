import type { EntitySchema, MigrationInterface } from 'typeorm';

type ClassOf<T> = new (...args: never[]) => T;

/** What a service keeps in PostgreSQL. */
export interface PersistenceOptions {
  /** The service's own schema; letters, digits and `_`. */
  schema: string;
  entities: readonly (ClassOf<object> | EntitySchema)[];
  /** In any order: the 13 digits (ms since the epoch) at the end of the class's name decide. */
  migrations: readonly (new () => MigrationInterface)[];
}
