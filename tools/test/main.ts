import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { findOrInstallChromium } from '../host/chromium.ts';
import { thisMachine } from '../host/package-manager.ts';
import { findOrInstallRedis } from '../host/redis.ts';
import { addCounts, type Counts, describeCounts, NOTHING, readJestCounts } from './counts.ts';
import { run, runQuietly } from './run.ts';

/** `npm test`: every check and every suite, counted together. The last line is the count; ends with 1 when anything failed. */

const ROOT = resolve(import.meta.dirname, '../..');
const RESULTS = join(ROOT, '.cache', 'test');
const PASSED: Counts = { ...NOTHING, passed: 1 };
const FAILED: Counts = { ...NOTHING, failed: 1 };

const say = (line: string) => process.stdout.write(`${line}\n`);
const table: { name: string; counts: Counts; seconds: number }[] = [];

await rm(RESULTS, { recursive: true, force: true });
await mkdir(RESULTS, { recursive: true });
await requirePrograms();
await Promise.all([check('lint'), check('typecheck')]);
await Promise.all([check('check:boundaries'), check('check:docs'), check('check:format')]);
await suite('unit');
await suite('e2e');
await suite('browser');

say('');
for (const { name, counts, seconds } of table)
  say(`${name.padEnd(16)}  ${`${seconds.toFixed(0)} s`.padStart(5)}  ${describeCounts(counts)}`);
const total = table.reduce((sum, { counts }) => addCounts(sum, counts), NOTHING);
say('');
say(describeCounts(total));
process.exitCode = total.failed > 0 ? 1 : 0;

/** Installs what the suites need of the system; what cannot be had is said, and the suites that need it say what they skip. */
async function requirePrograms(): Promise<void> {
  const installer = thisMachine(say);
  const redis = await findOrInstallRedis(installer);
  if (typeof redis === 'string') say(redis);
  const chromium = await findOrInstallChromium(installer);
  if ('path' in chromium) process.env.CHROMIUM_PATH = chromium.path;
  else say(`${chromium.missing} They are skipped.`);
}

/** A check that passes or fails as a whole: it counts as one. Its words are kept until it ends, as two run at a time. */
async function check(script: string): Promise<void> {
  const started = Date.now();
  const { code, output } = await runQuietly('npm', ['run', '--silent', script], ROOT);
  const seconds = (Date.now() - started) / 1000;
  say(`${output}${script}: ${code === 0 ? 'passed' : 'FAILED'} (${seconds.toFixed(0)} s)`);
  table.push({ name: script, counts: code === 0 ? PASSED : FAILED, seconds });
}

/** A Jest project. Without a result file it could not even run, which counts as one failure. */
async function suite(project: string): Promise<void> {
  const started = Date.now();
  say(`\n${project} tests`);
  const resultFile = join(RESULTS, `${project}.json`);
  const code = await run('npm', ['run', '--silent', `test:${project}`, '--', '--json', `--outputFile=${resultFile}`], ROOT);
  const counts = (await readJestCounts(resultFile)) ?? FAILED;
  const isHidden = code !== 0 && counts.failed === 0;
  table.push({ name: project, counts: isHidden ? addCounts(counts, FAILED) : counts, seconds: (Date.now() - started) / 1000 });
}
