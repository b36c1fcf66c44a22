import { execFile, spawn } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { numberOption, readOptions } from '../options.ts';
import { findSessions, usageOf } from './processes.ts';

/**
 * Prints what a platform costs on this machine: the time from `npm start` to all healthy, memory, and processor time at rest.
 * Options: --seconds N (how long at rest; 60), --port-offset N (11000).
 */

const ROOT = resolve(import.meta.dirname, '../..');
const DATA = join(ROOT, '.cache', 'bench', 'start');
const BUDGET = { seconds: 10, memoryMb: 1200, cpuPercent: 3 };
const SETTLE_SECONDS = 20;

interface Status {
  pid: number;
  parts: { name: string; pid: number }[];
}

const values = readOptions({ seconds: { type: 'string', default: '60' }, 'port-offset': { type: 'string', default: '11000' } });
const restSeconds = numberOption('seconds', values.seconds, 1);
const say = (line: string) => process.stdout.write(`${line}\n`);

if (process.platform === 'linux') await measure();
else {
  process.stderr.write('This benchmark reads /proc, which only Linux has.\n');
  process.exitCode = 1;
}

async function measure(): Promise<void> {
  await rm(DATA, { recursive: true, force: true });
  await mkdir(DATA, { recursive: true });
  const [load] = loadavg();
  say(`${cpus().length} cores, load ${load?.toFixed(1) ?? '?'} before the start`);
  try {
    const first = await start();
    await npm('stop', '--', '--data', DATA);
    const later = await start();
    say('');
    say('From npm start -- --detach --no-feed (built) to all healthy');
    say(`  on a new data folder        ${first.toFixed(1).padStart(6)} s`);
    say(`  on the same one again       ${later.toFixed(1).padStart(6)} s   (budget ${BUDGET.seconds} s)`);
    await measureRest();
  } finally {
    await npm('stop', '--', '--data', DATA);
    await rm(DATA, { recursive: true, force: true });
  }
}

/** @returns seconds until npm has returned */
async function start(): Promise<number> {
  const started = performance.now();
  const args = ['start', '--', '--detach', '--no-feed', '--data', DATA, '--port-offset', values['port-offset']];
  const child = spawn('npm', args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error('The platform did not start.');
  return (performance.now() - started) / 1000;
}

async function measureRest(): Promise<void> {
  await wait(SETTLE_SECONDS * 1000);
  const { stdout } = await npm('run', '--silent', 'status', '--', '--json', '--data', DATA);
  const { pid, parts } = JSON.parse(stdout) as Status;
  const leaders = [{ name: 'launcher', pid }, ...parts];
  const before = look(leaders);
  await wait(restSeconds * 1000);
  const after = look(leaders);
  say('');
  say(`At rest over ${restSeconds} s, ${SETTLE_SECONDS} s after all were healthy`);
  say('                    PSS in MB   % of one core');
  let [memory, cpu] = [0, 0];
  for (const { name } of leaders) {
    const percent = (((after.get(name)?.cpuSeconds ?? 0) - (before.get(name)?.cpuSeconds ?? 0)) / restSeconds) * 100;
    const memoryMb = after.get(name)?.memoryMb ?? 0;
    memory += memoryMb;
    cpu += percent;
    say(`  ${name.padEnd(16)} ${memoryMb.toFixed(1).padStart(9)}   ${percent.toFixed(2).padStart(9)}`);
  }
  say(
    `  ${'together'.padEnd(16)} ${memory.toFixed(1).padStart(9)}   ${cpu.toFixed(2).padStart(9)}   (budget ${BUDGET.memoryMb} MB, ${BUDGET.cpuPercent} %)`,
  );
}

function look(leaders: readonly { name: string; pid: number }[]) {
  const sessions = findSessions(leaders.map(({ pid }) => pid));
  return new Map(leaders.map(({ name, pid }) => [name, usageOf(sessions.get(pid) ?? [])]));
}

function npm(...args: string[]) {
  return promisify(execFile)('npm', args, { cwd: ROOT });
}
