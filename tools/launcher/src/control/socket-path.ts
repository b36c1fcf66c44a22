import { closeSync, openSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { Failure } from '../failure.ts';

/** What the system's `sun_path` holds, its final zero left out; 108 bytes on Linux, 104 elsewhere. */
const LONGEST = 103;

/**
 * Calls `use` with a path of a Unix socket that the system takes: in a deep folder it is named through a handle on the folder.
 * `use` must bind or connect before it returns.
 */
export function withSocketPath<T>(path: string, use: (path: string) => T): T {
  if (Buffer.byteLength(path) <= LONGEST) return use(path);
  if (process.platform !== 'linux')
    throw new Failure(`${dirname(path)} has too long a path for a Unix socket: choose a shorter one with --data.`);
  const folder = openSync(dirname(path), 'r');
  try {
    return use(`/proc/self/fd/${folder}/${basename(path)}`);
  } finally {
    closeSync(folder);
  }
}
