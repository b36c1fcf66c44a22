import { stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';

/** First segments that are never the console's, whatever a page asks for. */
const RESERVED = new Set(['api', 'oauth2', '.well-known', 'health', 'metrics', 'openapi.json', 'login', 'logout', 'session']);
const INDEX = 'index.html';
/** Vite puts what carries a hash of its content in the name here. */
const HASHED_FOLDER = 'assets/';

/** A file of the console to be sent. */
export interface ConsoleFile {
  /** Below the root. */
  readonly name: string;
  readonly cacheControl: string;
}

/**
 * The file for a path: the one of that name, or for a page visit the index, whose client routes know the path.
 *
 * @returns `missing` when there is no built console; undefined when nothing is there
 */
export async function findConsoleFile(root: string, path: string, isPageVisit: boolean): Promise<ConsoleFile | 'missing' | undefined> {
  const name = decode(path);
  if (name === undefined || RESERVED.has(name.split('/', 1)[0] ?? '')) return undefined;
  if (name !== '' && (await isFile(root, name))) return toFile(name);
  if (name !== '' && (!isPageVisit || /\.\w+$/.test(name))) return undefined;
  return (await isFile(root, INDEX)) ? toFile(INDEX) : 'missing';
}

function toFile(name: string): ConsoleFile {
  return { name, cacheControl: name.startsWith(HASHED_FOLDER) ? 'public, max-age=31536000, immutable' : 'no-cache' };
}

function decode(path: string): string | undefined {
  try {
    const name = decodeURIComponent(path.slice(1));
    return /[\0\\]/.test(name) ? undefined : name;
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

async function isFile(root: string, name: string): Promise<boolean> {
  const file = resolve(join(root, name));
  if (!file.startsWith(resolve(root) + sep) || /(?:^|\/)\./.test(name)) return false;
  const found = await stat(file).catch(() => undefined);
  return found?.isFile() === true;
}
