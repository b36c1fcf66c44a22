import { glob } from 'node:fs/promises';
import { join } from 'node:path';

/** A compiled module: the app or lib it belongs to, and what it exports. */
export interface Module {
  project: string;
  file: string;
  exports: Record<string, unknown>;
}

/** Imports the compiled modules below `root` that match `patterns`, ordered by path. */
export async function importModules(root: string, patterns: readonly string[]): Promise<Module[]> {
  const files: string[] = [];
  for await (const file of glob(patterns, { cwd: root })) files.push(file);
  files.sort();
  return Promise.all(
    files.map(async (file) => ({
      project: file.split('/').slice(0, 2).join('/'),
      file,
      exports: (await import(join(root, file))) as Record<string, unknown>,
    })),
  );
}

/** A Markdown table. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}
