/** Name of the superuser of a cluster made here. */
export const POSTGRES_SUPERUSER = 'postgres';

/** Resolves to the process's working directory without a look at the folders above it. */
export const WORKING_FOLDER = process.platform === 'linux' ? '/proc/self/cwd' : '.';

/** No variable of ours (PGHOST, PGDATA, secrets) reaches the server. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}
