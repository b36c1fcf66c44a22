export { copyInto, type CopyTarget, type CopyValue } from './copy-into.js';
export { databaseConfig, type DatabaseConfig } from './database.config.js';
export { isConnectionError, isTimeout, isUniqueViolation, sqlStateOf } from './database-errors.js';
export type { PersistenceOptions } from './persistence-options.js';
export { PersistenceModule } from './persistence.module.js';
export { SnakeCaseNamingStrategy } from './snake-case-naming-strategy.js';
export { inTransaction, type TransactionOptions } from './transaction.js';
