import { existsSync } from 'node:fs';
import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHECKOUT } from '../src/checkout.ts';
import { eventually, findFreeOffset, findProcessesOf, runInForeground } from './support/launcher.ts';

/** Of a checkout, what a running platform is made of; packages are shared with the checkout that is copied. */
const COPIED = ['apps', 'libs', 'tools', 'config', 'package.json', 'package-lock.json', 'tsconfig.json', '.swcrc'];

describe('npm run dev', () => {
  let copy: string;
  let run: ReturnType<typeof runInForeground>;

  beforeAll(async () => {
    copy = join(await mkdtemp(join(tmpdir(), 'causeway-edits-')), 'checkout');
    await copyCheckout(copy);
    run = runInForeground(['npm', 'run', 'dev', '--', '--no-feed', '--port-offset', String(await findFreeOffset())], copy);
    await run.prints('Watching the sources');
  }, 180_000);

  afterAll(async () => {
    run.child.kill('SIGINT');
    await run.ended;
    expect(findProcessesOf(copy)).toEqual([]);
    await rm(join(copy, '..'), { recursive: true });
  });

  it('compiles an edited service and restarts it alone', async () => {
    await appendFile(join(copy, 'apps/system/src/main.ts'), '\n// edited\n');
    await run.prints('Compiled apps/system/src/main.ts; restarting system.', 45_000);
    await run.prints('Restarted system.', 45_000);
    expect(await readFile(join(copy, 'apps/system/dist/main.js'), 'utf8')).toContain('// edited');
  });

  it('restarts the services that use an edited lib', async () => {
    await appendFile(join(copy, 'libs/persistence/src/index.ts'), '\n// edited\n');
    await run.prints('Compiled libs/persistence/src/index.ts; restarting auth, statistics, system.', 45_000);
    await run.prints('Restarted auth, statistics, system.', 45_000);
  }, 90_000);

  it('tells a mistake with its file and line, and goes on', async () => {
    const file = join(copy, 'apps/system/src/main.ts');
    const before = await readFile(file, 'utf8');
    await appendFile(file, 'const = 1;\n');
    await run.prints(`main.ts:${before.split('\n').length}`, 45_000);
    // Once: the watcher waits until the sources rest.
    await writeFile(file, before);
    await eventually('the mended source is compiled', () =>
      /Restarted system\.\n[\s\S]*Restarted system\./.test(run.output()) ? true : undefined,
    );
  }, 90_000);

  it('builds the console again when it is edited', async () => {
    const pages = join(copy, 'apps/console/dist/assets');
    const before = await readdir(pages);
    await appendFile(join(copy, 'apps/console/src/main.ts'), "\ndocument.documentElement.dataset['edited'] = 'yes';\n");
    await eventually('the built console holds the edit', async () => {
      // Vite empties the folder before it writes to it.
      const names = existsSync(pages) ? await readdir(pages) : [];
      return names.some((name) => !before.includes(name)) ? true : undefined;
    });
  });
});

async function copyCheckout(target: string): Promise<void> {
  for (const name of COPIED) {
    await cp(join(CHECKOUT, name), join(target, name), {
      recursive: true,
      preserveTimestamps: true,
      filter: (path) => !path.endsWith('/node_modules'),
    });
  }
  const packages = join(CHECKOUT, 'node_modules');
  await mkdir(join(target, 'node_modules'));
  for (const name of await readdir(packages)) {
    // Our own packages are links into the checkout, and so have to be the copy's own.
    if (name === '@app') await cp(join(packages, name), join(target, 'node_modules', name), { recursive: true, verbatimSymlinks: true });
    else await symlink(join(packages, name), join(target, 'node_modules', name));
  }
}
