import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sayAndLog } from './output.ts';

describe(sayAndLog.name, () => {
  let folder: string;
  let said: string[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'output-'));
    said = [];
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('goes on when its log cannot be written, and says so once', () => {
    const log = join(folder, 'launcher.log');
    // A folder in its place is as unwritable as a full disk.
    mkdirSync(log);
    const say = sayAndLog((line) => said.push(line), log);
    say('first');
    say('second');
    expect(said).toEqual(['first', expect.stringMatching(/^\S+launcher\.log cannot be written \(EISDIR\)\.$/), 'second']);
    rmdirSync(log);
    say('third');
    expect(readFileSync(log, 'utf8')).toMatch(/^\S+Z third\n$/);
  });
});
