import { createLogger } from '@app/telemetry';
import { Cluster, type Redis } from 'ioredis';
import type { RedisClient } from './client.js';

/** A setting that the platform counts on, the value that it needs, and what happens otherwise. */
const NEEDED = [
  { name: 'appendonly', value: 'yes', otherwise: 'a restart of Redis loses what was acknowledged' },
  { name: 'appendfsync', value: 'always', otherwise: 'a crash may lose the last second of what was acknowledged' },
  { name: 'maxmemory-policy', value: 'noeviction', otherwise: 'a full memory silently drops keys' },
] as const;

const log = createLogger('Redis');

/**
 * Looks at the settings of the servers that we did not start ourselves, and warns of each that does not hold what the platform promises. Never
 * fails: a hosted Redis may not tell.
 *
 * @returns the names of the settings that were warned of
 */
export async function checkServerSettings(client: RedisClient): Promise<string[]> {
  const servers: Redis[] = client instanceof Cluster ? client.nodes('master') : [client];
  const warned = await Promise.all(servers.map(checkServer));
  return [...new Set(warned.flat())];
}

async function checkServer(server: Redis): Promise<string[]> {
  try {
    const found = await Promise.all(NEEDED.map(async ({ name }) => await server.config('GET', name)));
    const weak = NEEDED.filter(({ value }, index) => found[index]?.[1] !== value);
    for (const { name, value, otherwise } of weak) {
      const actual = found[NEEDED.findIndex((one) => one.name === name)]?.[1] ?? 'unknown';
      log.warn({ setting: name, actual, needed: value }, `Redis' setting ${name} is ${actual}, not ${value}: ${otherwise}`);
    }
    return weak.map(({ name }) => name);
  } catch (error) {
    log.info(
      { reason: error instanceof Error ? error.message : String(error) },
      'Redis does not tell its settings: they could not be checked',
    );
    return [];
  }
}
