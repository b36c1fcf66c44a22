// The way in to the launcher: answers `--help`, says in one sentence when this Node is too old to run it, and keeps what Node compiles, so
// that the next start need not. Plain JavaScript, because an older Node cannot read TypeScript.
import nodeModule from 'node:module';
import { join } from 'node:path';
import { helpOf } from '../help.mjs';

const help = helpOf(import.meta.filename, process.argv.slice(2));
const [major, minor] = process.versions.node.split('.').map(Number);
if (help !== undefined) {
  process.stdout.write(help);
} else if (major < 24 || (major === 24 && minor < 9)) {
  process.stderr.write(`Nothing is installed here yet (this is Node ${process.versions.node}, 24.9 is needed): run npm start first.\n`);
  process.exitCode = 1;
} else {
  nodeModule.enableCompileCache(join(import.meta.dirname, '..', '..', '.cache', 'node'));
  await import('./src/main.ts');
}
