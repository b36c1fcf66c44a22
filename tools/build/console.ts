import { spawn } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What the console is built from. */
const INPUTS = ['index.html', 'package.json', 'public', 'src', 'vite.config.ts'].map((name) => join('apps/console', name));

/** Whether a source of the console is newer than what was built of it. */
export async function isConsoleStale(root: string): Promise<boolean> {
  const built = (await stat(join(root, 'apps/console/dist/index.html')).catch(() => undefined))?.mtimeMs ?? 0;
  const changed = await Promise.all([...INPUTS, 'libs/contracts/src'].map((input) => newestIn(join(root, input))));
  return changed.some((time) => time > built);
}

async function newestIn(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  const times = await Promise.all((await readdir(path)).map((name) => newestIn(join(path, name))));
  return Math.max(found.mtimeMs, ...times);
}

/**
 * Builds the console to `apps/console/dist` with Vite.
 *
 * @throws Error when Vite does not end well; its own words are on standard error by then
 */
export async function buildConsole(root: string): Promise<void> {
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd: join(root, 'apps/console'),
    stdio: ['ignore', 2, 2],
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error('Vite could not build the console.');
}
