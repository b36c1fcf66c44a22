export * from './account.js';
export * from './engine-error.js';
export * from './free-port.js';
export { startProcess, type EngineExit, type ManagedServer, type ProcessOptions } from './managed-process.js';
export * from './postgres-binaries.js';
export { POSTGRES_SUPERUSER } from './postgres-environment.js';
export * from './postgres-server.js';
export * from './redis-program.js';
export * from './redis-server.js';
