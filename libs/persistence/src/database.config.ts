import { type ConfigValue, defineConfig } from '@app/config';
import { z } from 'zod';

/** How a service reaches its PostgreSQL. */
export const databaseConfig = defineConfig(
  'database',
  z
    .object({
      url: z
        .string()
        .regex(/^postgres(?:ql)?:\/\/[^\s]+$/, 'must be postgres://user:password@host:port/database')
        .meta({ env: 'DATABASE_URL', secret: true, description: "PostgreSQL with this service's own role" }),
      poolMax: z.int().min(2).max(100).default(5).meta({ description: 'Most connections that one instance holds' }),
      idleTimeoutMs: z
        .int()
        .min(1_000)
        .max(3_600_000)
        .default(10_000)
        .meta({ description: 'An unused connection is closed after this time' }),
      connectTimeoutMs: z.int().min(100).max(60_000).default(5_000).meta({ description: 'Longest wait for a connection' }),
      statementTimeoutMs: z
        .int()
        .min(100)
        .max(3_600_000)
        .default(30_000)
        .meta({ description: 'A statement that takes longer is cancelled' }),
      lockTimeoutMs: z
        .int()
        .min(100)
        .max(3_600_000)
        .default(10_000)
        .meta({ description: 'A statement that waits longer for a lock is cancelled' }),
      slowQueryMs: z.int().min(1).max(3_600_000).default(1_000).meta({ description: 'A statement that takes longer is logged' }),
      startTimeoutMs: z
        .int()
        .min(1_000)
        .max(600_000)
        .default(60_000)
        .meta({ description: 'How long a starting service waits for PostgreSQL before it gives up' }),
      migrationTimeoutMs: z
        .int()
        .min(1_000)
        .max(3_600_000)
        .default(300_000)
        .meta({ description: 'How long a starting service waits for another that migrates' }),
    })
    .meta({ restart: true }),
);

/** The values of {@link databaseConfig}. */
export type DatabaseConfig = ConfigValue<typeof databaseConfig>;
