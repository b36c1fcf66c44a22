import { open, readFile, rename, rm } from 'node:fs/promises';
import { Failure, systemCode } from '../failure.ts';

/** Writes JSON that only the owner may read: whole or not at all, and on the disk when resolved. */
export async function writePrivateJson(path: string, value: unknown): Promise<void> {
  const written = `${path}.new`;
  try {
    const file = await open(written, 'w', 0o600);
    try {
      await file.chmod(0o600);
      await file.writeFile(`${JSON.stringify(value, undefined, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(written, path);
  } catch (error) {
    await rm(written, { force: true });
    throw error;
  }
}

/**
 * Reads JSON written by {@link writePrivateJson}.
 *
 * @returns undefined when there is no such file
 * @throws Failure that names the file when it cannot be read or is no JSON object
 */
export async function readPrivateJson(path: string): Promise<object | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    if (systemCode(error) === 'EACCES') throw new Failure(`${path} may not be read by this user: the platform was started by another one.`);
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new Failure(`${path} is damaged: put it back from a copy, or choose another data folder with --data.`);
}
