import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTail, rotateIfLarge } from './log-file.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-'));
  path = join(folder, 'part.log');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe(rotateIfLarge.name, () => {
  it('leaves a small log, and one that does not exist', () => {
    rotateIfLarge(path, 10);
    writeFileSync(path, 'small');
    rotateIfLarge(path, 10);
    expect(readFileSync(path, 'utf8')).toBe('small');
  });

  it('keeps two older ones and empties the present one', () => {
    for (const text of ['the first one', 'the second one', 'the third one']) {
      writeFileSync(path, text);
      rotateIfLarge(path, 10);
    }
    expect([path, `${path}.1`, `${path}.2`].map((file) => readFileSync(file, 'utf8'))).toEqual(['', 'the third one', 'the second one']);
  });
});

describe(readTail.name, () => {
  it('reads the last lines, also across blocks and through letters of several bytes', async () => {
    const lines = Array.from({ length: 5_000 }, (_, index) => `第 ${index} 行 ${'x'.repeat(30)}`);
    writeFileSync(path, `${lines.join('\n')}\n`);
    expect((await readTail(path, 4_000)).lines).toEqual(lines.slice(-4_000));
    expect((await readTail(path, 2)).lines).toEqual(lines.slice(-2));
  });

  it('reads nothing before the given place, and nothing of a missing file', async () => {
    writeFileSync(path, 'old\nnew\n');
    expect(await readTail(path, 10, 4)).toEqual({ lines: ['new'], rest: '', end: 8 });
    expect((await readTail(path, 0)).lines).toEqual([]);
    expect((await readTail(join(folder, 'missing'), 10)).lines).toEqual([]);
  });

  it('tells a line that is just being written apart, so that it can be read whole later', async () => {
    writeFileSync(path, 'whole\n半');
    expect(await readTail(path, 10)).toEqual({ lines: ['whole'], rest: '半', end: 6 });
  });
});
