import { resolve } from 'node:path';
import { compileWorkspace, planCompile } from './compile.ts';
import { buildConsole, isConsoleStale } from './console.ts';

/** `--check`: builds nothing, ends with 1 when there is something to build. `--services`: leaves the console out. */
const options = process.argv.slice(2);
const root = resolve(import.meta.dirname, '../..');
const say = (line: string) => process.stdout.write(`${line}\n`);

if (options.includes('--check')) {
  const { stale, orphans } = await planCompile(root);
  process.exitCode = stale.size > 0 || orphans.length > 0 || (await isConsoleStale(root)) ? 1 : 0;
} else {
  try {
    await build();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

async function build(): Promise<void> {
  const wantsConsole = !options.includes('--services') && (await isConsoleStale(root));
  if (wantsConsole) say('Building the console.');
  const [{ compiled, removed }] = await Promise.all([compileWorkspace(root), wantsConsole ? buildConsole(root) : undefined]);
  say(`Compiled ${compiled.length} files, removed ${removed.length}.`);
}
