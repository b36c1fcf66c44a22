import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Workspaces by folder (`apps/auth`, `libs/config`), each with the folders of the libs that it names in its package.json. */
export type Dependencies = ReadonlyMap<string, readonly string[]>;

/** Reads which workspace imports which. */
export async function readDependencies(root: string): Promise<Dependencies> {
  const found = new Map<string, string[]>();
  for (const group of ['apps', 'libs']) {
    for (const name of await readdir(join(root, group))) {
      const text = await readFile(join(root, group, name, 'package.json'), 'utf8');
      const { dependencies = {} } = JSON.parse(text) as { dependencies?: Record<string, string> };
      const own = Object.keys(dependencies).filter((dependency) => dependency.startsWith('@app/'));
      found.set(
        `${group}/${name}`,
        own.map((dependency) => dependency.replace('@app/', 'libs/')),
      );
    }
  }
  return found;
}

/**
 * The apps that run other code once these files have changed.
 *
 * @param files paths in the checkout, such as `libs/config/src/index.ts`
 */
export function affectedApps(files: readonly string[], dependencies: Dependencies): string[] {
  const changed = new Set(files.map((file) => file.split('/').slice(0, 2).join('/')));
  let known = 0;
  while (changed.size > known) {
    known = changed.size;
    for (const [workspace, libs] of dependencies) {
      if (libs.some((lib) => changed.has(lib))) changed.add(workspace);
    }
  }
  return [...changed].filter((workspace) => workspace.startsWith('apps/')).map((workspace) => workspace.slice('apps/'.length));
}
