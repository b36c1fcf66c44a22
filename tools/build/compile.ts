import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { transformFile } from '@swc/core';

/** What one run compiled: files by their path below the root. */
export interface CompileResult {
  compiled: string[];
  removed: string[];
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
  const result: CompileResult = { compiled: [], removed: [] };
  for (const group of ['libs', 'apps']) {
    for (const project of await readdir(join(root, group))) {
      if (project === 'console') continue;
      await compileProject(root, join(root, group, project), result);
    }
  }
  return result;
}

async function compileProject(root: string, project: string, result: CompileResult): Promise<void> {
  const sources = await listFiles(join(project, 'src'), '.ts');
  const outputs = new Map(sources.filter((file) => !file.endsWith('.spec.ts')).map((file) => [outputOf(project, file), file]));
  await Promise.all(
    [...outputs].map(async ([output, source]) => {
      if ((await modifiedAt(output)) >= (await modifiedAt(source))) return;
      await compileFile(root, source, output);
      result.compiled.push(relative(root, source));
    }),
  );
  for (const stale of (await listFiles(join(project, 'dist'), '.js')).filter((file) => !outputs.has(file))) {
    await rm(stale);
    await rm(`${stale}.map`, { force: true });
    result.removed.push(relative(root, stale));
  }
}

async function compileFile(root: string, source: string, output: string): Promise<void> {
  const { code, map } = await transformFile(source, {
    configFile: join(root, '.swcrc'),
    cwd: root,
    sourceFileName: relative(dirname(output), source),
  });
  await mkdir(dirname(output), { recursive: true });
  const mapName = `${output}.map`;
  if (map !== undefined) await writeFile(mapName, map);
  await writeFile(output, `${code}\n//# sourceMappingURL=${relative(dirname(output), mapName)}\n`);
}

function outputOf(project: string, source: string): string {
  return join(project, 'dist', relative(join(project, 'src'), source).replace(/\.ts$/, '.js'));
}

async function listFiles(folder: string, extension: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  return entries.filter((entry) => entry.isFile() && entry.name.endsWith(extension)).map((entry) => join(entry.parentPath, entry.name));
}

async function modifiedAt(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.mtimeMs ?? 0;
}
