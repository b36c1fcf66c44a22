import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findConsoleFile } from './console-files.js';

let root = '';

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'console-files-'));
  root = join(folder, 'dist');
  await mkdir(join(root, 'assets'), { recursive: true });
  for (const name of ['index.html', 'assets/app-1a2b.js', 'favicon.svg', '.secret', '../outside.txt'])
    await writeFile(join(root, name), name);
});

afterAll(async () => {
  await rm(join(root, '..'), { recursive: true });
});

describe(findConsoleFile.name, () => {
  it('gives files, those with a hash in their name for ever', async () => {
    await expect(findConsoleFile(root, '/assets/app-1a2b.js', false)).resolves.toEqual({
      name: 'assets/app-1a2b.js',
      cacheControl: 'public, max-age=31536000, immutable',
    });
    await expect(findConsoleFile(root, '/favicon.svg', false)).resolves.toEqual({ name: 'favicon.svg', cacheControl: 'no-cache' });
  });

  it('gives the index for the root, and to page visits for every path of the console', async () => {
    for (const [path, isVisit] of [
      ['/', false],
      ['/live', true],
      ['/reports/2026', true],
    ] as const) {
      await expect(findConsoleFile(root, path, isVisit)).resolves.toMatchObject({ name: 'index.html', cacheControl: 'no-cache' });
    }
  });

  it.each(['/live', '/assets/gone.js', '/.secret', '/..%2Foutside.txt', '/%2e%2e/outside.txt', '/assets', '/a%00', '/%zz'])(
    'gives nothing for %s to a program',
    async (path) => {
      await expect(findConsoleFile(root, path, false)).resolves.toBeUndefined();
    },
  );

  it.each([
    '/api/none',
    '/health',
    '/health/live',
    '/metrics',
    '/openapi.json',
    '/oauth2/x',
    '/.well-known/x',
    '/assets/gone.js',
    '/session',
  ])('gives nothing for %s to a page visit', async (path) => {
    await expect(findConsoleFile(root, path, true)).resolves.toBeUndefined();
  });

  it('says when nothing is built', async () => {
    await expect(findConsoleFile(join(root, 'none'), '/', true)).resolves.toBe('missing');
  });
});
