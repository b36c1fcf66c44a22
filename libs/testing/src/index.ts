export { passRecord } from './pass-record.builder.js';
export { startPostgres, type TestPostgres, type StartPostgresOptions } from './postgres.js';
export { startQuietConsul, type QuietConsul } from './quiet-consul.js';
export { freshRedis, startRedis, type StartRedisOptions, type TestRedis } from './redis.js';
export { startService, type LogLine, type StartServiceOptions, type TestService } from './service.js';
export { createTestDatabase, type TestDatabase } from './test-database.js';
export { findFreePort } from '@app/engines';
export { startTokenIssuer, type SignOptions, type TestClaims, type TokenIssuer } from './token-issuer.js';
export { waitFor, type WaitOptions } from './wait-for.js';
