import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';
import { compileWorkspace } from '../../../build/compile.ts';
import { affectedApps, readDependencies } from './dependencies.ts';

/** Who is told of edits. */
export interface EditListener {
  /**
   * @param apps those that run other code now
   * @param files what was edited, by their path in the checkout
   */
  onCompiled: (apps: string[], files: string[]) => Promise<void>;
  onFailed: (reason: string) => void;
}

/** An editor writes a file in several steps, and a checkout changes many files. */
const SETTLE_MS = 150;

/** Compiles apps and libs as soon as their sources change. */
export class WorkspaceWatcher {
  readonly #root: string;
  readonly #listener: EditListener;
  readonly #watchers: FSWatcher[];
  #settling: NodeJS.Timeout | undefined;
  #work: Promise<void> = Promise.resolve();
  #edited = new Set<string>();

  constructor(root: string, listener: EditListener) {
    this.#root = root;
    this.#listener = listener;
    this.#watchers = ['apps', 'libs'].map((group) =>
      watch(join(root, group), { recursive: true }, (_event, file) => {
        if (file !== null && /\/src\/.*\.ts$/.test(file) && !/^console\/|\.spec\.ts$/.test(file)) this.#schedule(`${group}/${file}`);
      }),
    );
  }

  close(): void {
    clearTimeout(this.#settling);
    for (const watcher of this.#watchers) watcher.close();
  }

  #schedule(file: string): void {
    this.#edited.add(file);
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      this.#work = this.#work.then(() => this.#compile());
    }, SETTLE_MS);
  }

  async #compile(): Promise<void> {
    try {
      // What was edited counts, not only what is compiled here: another build may have been faster.
      const { compiled, removed } = await compileWorkspace(this.#root);
      const files = [...new Set([...this.#edited, ...compiled, ...removed])];
      this.#edited.clear();
      if (files.length > 0) await this.#listener.onCompiled(affectedApps(files, await readDependencies(this.#root)), files);
    } catch (error) {
      this.#listener.onFailed(error instanceof Error ? error.message : String(error));
    }
  }
}
