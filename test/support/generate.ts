import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Pass } from './expected.ts';

const FEED = resolve(import.meta.dirname, '../../tools/feed/src/main.ts');

/** Generated pass records, duplicates and late ones among them, as the feed's own command prints them. */
export async function generatePasses(options: { count: number; seed: number; from: string; to: string }): Promise<Pass[]> {
  const args = Object.entries({ ...options, sink: 'stdout' }).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const environment = { ...process.env };
  delete environment.NODE_OPTIONS;
  const { stdout } = await promisify(execFile)(process.execPath, [FEED, ...args], { maxBuffer: 256 * 1024 * 1024, env: environment });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Pass);
}
