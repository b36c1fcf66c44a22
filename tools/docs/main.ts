import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { configurationPage, environmentExample } from './configuration.ts';
import { errorsPage } from './errors.ts';
import { importModules } from './modules.ts';

/** Writes the generated pages, or with `--check` says which are out of date and exits 1. */
const root = resolve(import.meta.dirname, '../..');
const check = process.argv.includes('--check');

const configModules = await importModules(root, ['{apps,libs}/*/dist/**/*.config.js']);
const pages = {
  'docs/errors.md': errorsPage(await importModules(root, ['{apps,libs}/*/dist/**/*.errors.js', 'libs/errors/dist/error-code.js'])),
  'docs/configuration.md': configurationPage(configModules),
  '.env.example': environmentExample(configModules),
};

const outdated: string[] = [];
for (const [name, text] of Object.entries(pages)) {
  const file = join(root, name);
  const formatted = name.endsWith('.md') ? await format(text, { ...(await resolveConfig(file)), parser: 'markdown' }) : text;
  const current = await readFile(file, 'utf8').catch(() => '');
  if (current === formatted) continue;
  if (check) outdated.push(name);
  else await writeFile(file, formatted);
}
if (outdated.length > 0) {
  process.stderr.write(`Out of date: ${outdated.join(', ')}. Run \`npm run generate:docs\` and commit the result.\n`);
  process.exitCode = 1;
}
