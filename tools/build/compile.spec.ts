import { access, copyFile, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { compileWorkspace, planCompile } from './compile.ts';

const CHECKOUT = resolve(import.meta.dirname, '../..');

describe(compileWorkspace.name, () => {
  let root: string;
  const source = () => join(root, 'libs/one/src/deep/a.ts');
  const output = () => join(root, 'libs/one/dist/deep/a.js');

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'compile '));
    await copyFile(join(CHECKOUT, '.swcrc'), join(root, '.swcrc'));
    await mkdir(join(root, 'apps'));
    await mkdir(join(root, 'libs/one/src/deep'), { recursive: true });
    await writeFile(source(), 'export const answer: number = 42;\n');
    await writeFile(join(root, 'libs/one/src/deep/a.spec.ts'), 'no code at all ((');
    const before = new Date(Date.now() - 60_000);
    for (const path of [source(), join(root, '.swcrc')]) await utimes(path, before, before);
  });

  afterEach(() => rm(root, { recursive: true }));

  it('compiles sources with maps, and leaves specs out', async () => {
    await expect(compileWorkspace(root)).resolves.toEqual({ compiled: ['libs/one/src/deep/a.ts'], removed: [] });
    expect(await readFile(output(), 'utf8')).toMatch(/^export const answer = 42;\n[\s\S]*sourceMappingURL=a\.js\.map/);
    await expect(access(`${output()}.map`)).resolves.toBeUndefined();
    await expect(compileWorkspace(root)).resolves.toEqual({ compiled: [], removed: [] });
  });

  it('compiles again what was edited, and everything when the compiler’s settings were', async () => {
    await compileWorkspace(root);
    const later = new Date(Date.now() + 5_000);
    await utimes(source(), later, later);
    expect((await planCompile(root)).stale.size).toBe(1);
    await compileWorkspace(root);
    await utimes(source(), new Date(0), new Date(0));
    const evenLater = new Date(Date.now() + 10_000);
    await utimes(join(root, '.swcrc'), evenLater, evenLater);
    expect((await planCompile(root)).stale.size).toBe(1);
  });

  it('removes what has no source any more', async () => {
    await compileWorkspace(root);
    await rm(source());
    await expect(compileWorkspace(root)).resolves.toEqual({ compiled: [], removed: ['libs/one/dist/deep/a.js'] });
    await expect(access(`${output()}.map`)).rejects.toThrow('ENOENT');
  });

  it('names the file and the line of a mistake, and keeps what was compiled before', async () => {
    await compileWorkspace(root);
    await writeFile(source(), 'export const = 1;\n');
    await expect(compileWorkspace(root)).rejects.toThrow(/a\.ts:1/);
    expect(await readFile(output(), 'utf8')).toContain('42');
  });
});
