import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** One file of the configuration folder. */
export interface ConfigFile {
  /** Without `.yaml`: the name of the document, such as `application`. */
  name: string;
  text: string;
}

/** The folder that configuration files are read from: the given one, else `config/` of the checkout. */
export function configFolder(dir: string | undefined): string {
  return resolve(dir ?? join(import.meta.dirname, '../../../config'));
}

/**
 * Reads the YAML files of a folder.
 *
 * @param folder a folder that is not there counts as empty
 * @returns by name, sorted
 * @throws Error of the file system when the folder or a file cannot be read
 */
export function configFiles(folder: string): ConfigFile[] {
  return namesIn(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => ({ name: file.slice(0, -'.yaml'.length), text: readFileSync(join(folder, file), 'utf8') }));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
