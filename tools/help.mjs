// What a command says to `--help`. Plain JavaScript that imports nothing of the project: whoever asks before anything is installed is answered
// at once, on every Node from 20.19 on. The texts are beside each tool: `help/<command>-<name>.txt`, `help/<command>.txt` or `help/main.txt`.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const CHECKOUT = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * The text for a command line that asks for help.
 *
 * @param {string} file the tool, such as `tools/launcher/launch.mjs`
 * @param {readonly string[]} args what it is given
 * @returns {string | undefined} undefined when the tool has none, or is not asked for it
 */
export function helpOf(file, args) {
  if (!args.some((argument) => argument === '--help' || argument === '-h')) return undefined;
  const folder = folderOf(resolve(file));
  if (folder === undefined) return undefined;
  const names = args.filter((argument) => /^[a-z]+$/.test(argument));
  const candidates = [names.slice(0, 2).join('-'), names[0], 'main'].map((name) => join(folder, `${name}.txt`));
  const found = candidates.find((candidate) => existsSync(candidate));
  return found && readFileSync(found, 'utf8');
}

/** The nearest `help` above a file of the checkout: outside of it such a folder is somebody else's. */
function folderOf(file) {
  for (let folder = dirname(file); folder.startsWith(`${CHECKOUT}${sep}`); folder = dirname(folder)) {
    if (existsSync(join(folder, 'help'))) return join(folder, 'help');
  }
  return undefined;
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [file = '', ...args] = process.argv.slice(2);
  const text = helpOf(file, args);
  if (text === undefined) process.exitCode = 1;
  else process.stdout.write(text);
}
