import { type ConfigDefinition, type ConfigValue, defineConfig } from '@app/config';
import { z } from 'zod';
import { parseRedisUrl } from './redis-url.js';

/** What a connection is for: its address may differ (tokens and sessions, streams and live figures, the rest). */
export const REDIS_USES = ['default', 'auth', 'stream'] as const;

/** One of {@link REDIS_USES}. */
export type RedisUse = (typeof REDIS_USES)[number];

const isUrl = (text: string): boolean => parseRedisUrl(text) !== undefined;

const URL_RULE =
  'must be redis://[user:password@]host:port[/database], rediss:// for TLS, redis+sentinel://host:port,host:port/master[/database] or redis+cluster://host:port,host:port';

function defineFor(prefix: string, env: readonly string[]) {
  return defineConfig(
    prefix,
    z
      .object({
        url: z.string().refine(isUrl, URL_RULE).meta({ env, secret: true, description: 'Redis: one server, Sentinel or Cluster' }),
        connectTimeoutMs: z.int().min(100).max(60_000).default(5_000).meta({ description: 'Longest wait for a connection' }),
        commandTimeoutMs: z
          .int()
          .min(50)
          .max(60_000)
          .default(5_000)
          .meta({ description: 'A command without an answer fails after this time' }),
        startTimeoutMs: z
          .int()
          .min(1_000)
          .max(600_000)
          .default(60_000)
          .meta({ description: 'How long a starting service waits for Redis before it gives up' }),
      })
      .meta({ restart: true }),
  );
}

const DEFINITIONS = {
  default: defineFor('redis', ['REDIS_URL']),
  auth: defineFor('redis.auth', ['AUTH_REDIS_URL', 'REDIS_URL']),
  stream: defineFor('redis.stream', ['STREAM_REDIS_URL', 'REDIS_URL']),
} as const satisfies Record<RedisUse, ConfigDefinition>;

/** The values of one use's connection. */
export type RedisConfig = ConfigValue<(typeof DEFINITIONS)['default']>;

/** The configuration of a use's connection: keys `redis.*`, `redis.auth.*`, `redis.stream.*`. */
export function redisConfigOf(use: RedisUse) {
  return DEFINITIONS[use];
}
