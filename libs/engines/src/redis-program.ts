import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { EngineError, hasSystemCode } from './engine-error.js';

/** A Redis server program. */
export interface RedisProgram {
  path: string;
  /** `7.0.15` */
  version: string;
}

/** The oldest major version that has all that is used here: several append-only files (`appenddirname`), streams. */
export const OLDEST_REDIS = 7;

const NAMES = ['redis-server', 'valkey-server'];

/**
 * Finds a Redis server on PATH.
 *
 * @param path folders to look in, separated as in the environment variable PATH, which is the default
 * @returns undefined when there is none of version 7 or newer
 */
export async function findRedisServer(path = searchPath()): Promise<RedisProgram | undefined> {
  for (const folder of path.split(delimiter).filter((one) => one !== '')) {
    for (const name of NAMES) {
      const program = await identify(join(folder, name));
      if (program !== undefined && Number.parseInt(program.version) >= OLDEST_REDIS) return program;
    }
  }
  return undefined;
}

/**
 * Like {@link findRedisServer}.
 *
 * @throws EngineError `not-installed`
 */
export async function requireRedisServer(): Promise<RedisProgram> {
  const program = await findRedisServer();
  if (program !== undefined) return program;
  throw new EngineError(
    'not-installed',
    `There is no redis-server of version ${OLDEST_REDIS} or newer on PATH: install Redis, or set REDIS_URL to one that runs.`,
  );
}

function searchPath(): string {
  // eslint-disable-next-line no-restricted-properties -- where the system keeps programs is no setting of the platform
  return process.env.PATH ?? '';
}

async function identify(path: string): Promise<RedisProgram | undefined> {
  try {
    await access(path, constants.X_OK);
  } catch (error) {
    if (hasSystemCode(error, 'ENOENT', 'EACCES', 'ENOTDIR')) return undefined;
    throw error;
  }
  // A folder of that name, or a program that does not run here, is none: the next folder of PATH may hold one.
  const answer = await promisify(execFile)(path, ['--version'], { timeout: 5_000 }).catch(() => ({ stdout: '' }));
  const version = /v=(\d+\.\d+\.\d+)/.exec(answer.stdout)?.[1];
  return version === undefined ? undefined : { path, version };
}
