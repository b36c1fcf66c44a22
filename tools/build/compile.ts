import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

/** File systems take their time from a clock that lags behind by some ms. */
const CLOCK_TOLERANCE_MS = 20;

/** What one run compiled: files by their path below the root. */
export interface CompileResult {
  compiled: string[];
  removed: string[];
}

/** What has to be done: sources by their outputs, and outputs without a source. Absolute paths. */
export interface CompilePlan {
  stale: Map<string, string>;
  orphans: string[];
}

/**
 * Compiles every app and lib whose sources are newer than their output: `<project>/src/**.ts` to `<project>/dist/**.js` with
 * source maps. Specs are left out; outputs without a source are removed.
 *
 * @param root absolute path of the checkout
 * @returns the files compiled and removed
 * @throws the compiler's error, which names file, line and column
 */
export async function compileWorkspace(root: string): Promise<CompileResult> {
  const { stale, orphans } = await planCompile(root);
  await Promise.all([...stale].map(([output, source]) => compileFile(root, source, output)));
  for (const orphan of orphans) {
    await rm(orphan, { force: true });
    await rm(`${orphan}.map`, { force: true });
  }
  const toName = (file: string) => relative(root, file);
  return { compiled: [...stale.values()].map(toName), removed: orphans.map(toName) };
}

/** Looks what {@link compileWorkspace} would do. */
export async function planCompile(root: string): Promise<CompilePlan> {
  const plan: CompilePlan = { stale: new Map(), orphans: [] };
  const settingsChangedAt = await modifiedAt(join(root, '.swcrc'));
  for (const group of ['libs', 'apps']) {
    for (const project of await readdir(join(root, group))) {
      if (project !== 'console') await planProject(join(root, group, project), settingsChangedAt, plan);
    }
  }
  return plan;
}

async function planProject(project: string, settingsChangedAt: number, plan: CompilePlan): Promise<void> {
  const [sources, built] = await Promise.all([listFiles(join(project, 'src'), '.ts'), listFiles(join(project, 'dist'), '.js')]);
  const outputs = new Map(sources.filter((file) => !file.endsWith('.spec.ts')).map((file) => [outputOf(project, file), file]));
  await Promise.all(
    [...outputs].map(async ([output, source]) => {
      const [builtAt, changedAt] = await Promise.all([modifiedAt(output), modifiedAt(source)]);
      if (builtAt < Math.max(changedAt, settingsChangedAt)) plan.stale.set(output, source);
    }),
  );
  plan.orphans.push(...built.filter((file) => !outputs.has(file)));
}

async function compileFile(root: string, source: string, output: string): Promise<void> {
  // Loaded only when there is something to compile: a start that is up to date does without.
  const { transformFile } = await import('@swc/core');
  const startedAt = new Date(Date.now() - CLOCK_TOLERANCE_MS);
  const { code, map } = await transformFile(source, {
    configFile: join(root, '.swcrc'),
    cwd: root,
    sourceFileName: relative(dirname(output), source),
  });
  await mkdir(dirname(output), { recursive: true });
  const mapName = `${output}.map`;
  if (map !== undefined) await replaceFile(mapName, map, startedAt);
  await replaceFile(output, `${code}\n//# sourceMappingURL=${relative(dirname(output), mapName)}\n`, startedAt);
}

/**
 * A process that starts meanwhile finds the old file or the new one, never half a file. Its time is that of the start, so that a source
 * that is edited while it is compiled counts as newer.
 */
async function replaceFile(path: string, text: string, time: Date): Promise<void> {
  const partial = `${path}.${process.pid}`;
  await writeFile(partial, text);
  await utimes(partial, time, time);
  await rename(partial, path);
}

function outputOf(project: string, source: string): string {
  return join(project, 'dist', relative(join(project, 'src'), source).replace(/\.ts$/, '.js'));
}

async function listFiles(folder: string, extension: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  return entries.filter((entry) => entry.isFile() && entry.name.endsWith(extension)).map((entry) => join(entry.parentPath, entry.name));
}

async function modifiedAt(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.mtimeMs ?? 0;
}
