import { resolve } from 'node:path';
import { compileWorkspace } from './compile.ts';

const { compiled, removed } = await compileWorkspace(resolve(import.meta.dirname, '../..'));
process.stdout.write(`Compiled ${compiled.length} files, removed ${removed.length}.\n`);
