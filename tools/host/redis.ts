import { findRedisServer, OLDEST_REDIS, type RedisProgram } from '@app/engines';
import { type Installer, installProgram, type SystemProgram } from './package-manager.ts';

const REDIS: SystemProgram = {
  title: 'Redis',
  packages: { 'apt-get': 'redis-server', dnf: 'redis', yum: 'redis', apk: 'redis', brew: 'redis' },
};

/** Where systems put servers that a plain user's PATH may lack. */
const FURTHER_FOLDERS = ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/opt/homebrew/bin'];

/**
 * Finds a Redis server program, or installs one where that is allowed.
 *
 * @returns the program, or one sentence that says how to get it
 */
export async function findOrInstallRedis(installer: Installer): Promise<RedisProgram | string> {
  const path = [process.env.PATH, ...FURTHER_FOLDERS].join(':');
  const found = await findRedisServer(path);
  if (found !== undefined) return found;
  const result = await installProgram(REDIS, installer);
  const installed = result.installed ? await findRedisServer(path) : undefined;
  if (installed !== undefined) return installed;
  const reason = result.installed ? `its package brought no program redis-server of version ${OLDEST_REDIS} or newer` : result.reason;
  return `Redis is missing (no redis-server of version ${OLDEST_REDIS} or newer on PATH): ${reason}, or set REDIS_URL to a server that runs.`;
}
