import { createLogger } from '@app/telemetry';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { parseRedisUrl, type RedisAddress } from './redis-url.js';
import type { RedisConfig } from './redis.config.js';

/** A connection to one server or Sentinel's master, or to a cluster. */
export type RedisClient = Redis | Cluster;

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

const log = createLogger('Redis');

/**
 * Makes a client; it connects at once and again, with growing pauses, whenever the connection breaks. A command that was under way then fails instead
 * of being sent again: whether it ran is unknown, and not every command may run twice.
 *
 * @param name shown in Redis' `CLIENT LIST`
 */
export function createRedisClient(config: RedisConfig, name: string): RedisClient {
  const address = parseRedisUrl(config.url);
  if (address === undefined) throw new Error('The address of Redis is malformed.');
  const client = address.kind === 'cluster' ? toCluster(address, config, name) : new Redis(toOptions(address, config, name));
  let isLost = false;
  // Without a listener an error would end the process; one line per outage, not one per attempt.
  client.on('error', (error: unknown) => {
    if (!isLost) log.warn({ err: error, connection: name }, 'Redis cannot be reached; trying again');
    isLost = true;
  });
  client.on('ready', () => {
    if (isLost) log.info({ connection: name }, 'Redis is there again');
    isLost = false;
  });
  return client;
}

/**
 * A further connection for blocking reads (`XREAD BLOCK`) or subscriptions, which would hold up everyone else's commands. No command of it
 * times out. Whoever asks for it ends it with `disconnect()`.
 */
export function duplicateForBlocking(client: RedisClient): RedisClient {
  const options: Partial<RedisOptions> = { commandTimeout: undefined, maxRetriesPerRequest: null };
  const copy =
    client instanceof Cluster
      ? client.duplicate([], { redisOptions: { ...client.options.redisOptions, ...options } })
      : client.duplicate(options);
  copy.on('error', (error: unknown) => {
    log.debug({ err: error }, 'A blocking connection to Redis was lost');
  });
  return copy;
}

function toOptions(address: RedisAddress, config: RedisConfig, name: string): RedisOptions {
  const [node] = address.nodes;
  const common = { ...commonOptions(address, config), connectionName: name, db: address.database, retryStrategy: pauseBefore };
  if (address.kind === 'single') return { ...common, host: node?.host, port: node?.port };
  return {
    ...common,
    sentinels: address.nodes,
    name: address.master,
    sentinelRetryStrategy: pauseBefore,
    enableTLSForSentinelMode: address.tls,
  };
}

function toCluster(address: RedisAddress, config: RedisConfig, name: string): Cluster {
  return new Cluster(address.nodes, {
    clusterRetryStrategy: pauseBefore,
    redisOptions: { ...commonOptions(address, config), connectionName: name },
  });
}

function commonOptions({ username, password, tls }: RedisAddress, config: RedisConfig): RedisOptions {
  return {
    username,
    password,
    ...(tls && { tls: {} }),
    connectTimeout: config.connectTimeoutMs,
    commandTimeout: config.commandTimeoutMs,
    // What waits for a connection fails with the first attempt that fails, instead of being carried out long after its caller gave up.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // After a failover the old master refuses writes: look for the new one.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  };
}

function pauseBefore(attempt: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** Math.min(attempt - 1, 10), LONGEST_PAUSE_MS) * (0.75 + Math.random() / 2);
}
