import { execFile, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, sep } from 'node:path';
import { CHECKOUT } from '../../src/checkout.ts';
import { portsAt, requireFreePorts } from '../../src/platform/ports.ts';

/** How an npm command ended and what it printed. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Node's options for the test runner, and servers of other tests, must not reach the platform. */
function outsideEnvironment(): NodeJS.ProcessEnv {
  const hidden = new Set(['NODE_OPTIONS', 'DATABASE_URL', 'REDIS_URL', 'CONSUL_HTTP_ADDR', 'ZIPKIN_URL', 'PUBLIC_URL']);
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !hidden.has(name)));
}

/** Runs npm in the checkout as a person would, without a terminal. */
export function npm(...args: string[]): Promise<Outcome> {
  return run(['npm', ...args]);
}

/** Runs a command in the checkout, without a terminal. */
export function run([command = '', ...args]: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const options = { cwd: CHECKOUT, env: { ...outsideEnvironment(), ...environment }, maxBuffer: 16 * 1024 * 1024 };
  return new Promise((resolve) => {
    execFile(command, args, options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr });
    });
  });
}

/** `npm start` in the foreground. */
export function startInForeground(...args: string[]) {
  return runInForeground(['npm', 'start', '--', ...args], CHECKOUT);
}

/** A command that runs until it is told to end. */
export function runInForeground([command = '', ...args]: readonly string[], cwd: string, environment: NodeJS.ProcessEnv = {}) {
  const child = spawn(command, args, { cwd, env: { ...outsideEnvironment(), ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  /** Awaits something in what it prints; fails with all of it when it ends before. */
  const prints = async (what: string, timeoutMs = 120_000) => {
    const found = eventually(what, () => (text.includes(what) ? true : undefined), timeoutMs).catch((error: unknown) => {
      throw new Error(`${command} ${args.join(' ')} printed only: ${text}`, { cause: error });
    });
    const isFirst = await Promise.race([found, ended.then(() => false)]);
    if (!isFirst) throw new Error(`${command} ${args.join(' ')} ended before it printed "${what}": ${text}`);
  };
  /** Awaits a condition. */
  const holds = (probe: () => Promise<true | undefined> | true | undefined) => eventually('what was awaited', probe);
  return { child, ended, prints, holds, output: () => text };
}

/** An offset at which every port of a platform is free: other tests, and other copies of these, may run beside us. */
export async function findFreeOffset(): Promise<number> {
  const offset = randomInt(3_000, 16_000);
  const uses = Object.entries(portsAt(offset)).map(([user, port]) => ({ port, user, hosts: ['127.0.0.1', '::1'] }));
  const isFree = await requireFreePorts(uses).then(
    () => true,
    () => false,
  );
  return isFree ? offset : findFreeOffset();
}

/** Numbers of the processes that belong to the sessions these processes lead or led: they, and whatever they have started. */
export function findSessionMembers(leaders: readonly number[]): number[] {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return processes.filter((name) => leaders.includes(sessionOf(name))).map(Number);
}

/** Numbers of the processes that work in a folder, or hold a file below it open: every part logs to the data folder. */
export function findProcessesOf(folder: string): number[] {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return processes.filter((pid) => usedPaths(pid).some((path) => path === folder || path.startsWith(folder + sep))).map(Number);
}

function usedPaths(pid: string): string[] {
  const process = join('/proc', pid);
  try {
    const files = readdirSync(join(process, 'fd')).map((file) => join(process, 'fd', file));
    return [join(process, 'cwd'), ...files].map((link) => readlinkSync(link));
  } catch {
    // Ended meanwhile, or of someone else.
    return [];
  }
}

/** Field 6 of /proc/<pid>/stat; -1 for a process that has ended. */
function sessionOf(pid: string): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]);
  } catch {
    // Ended meanwhile.
    return -1;
  }
}

/** Awaits the end of those sessions: a process that watched over one ends a moment after it. */
export function untilGone(leaders: readonly number[]): Promise<true> {
  return eventually('nothing that was started is left', () => (findSessionMembers(leaders).length === 0 ? true : undefined), 5_000);
}

/** Awaits a condition; fails when it does not hold in time. */
export async function eventually<T>(what: string, probe: () => Promise<T | undefined> | T | undefined, timeoutMs = 60_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined) return value;
    if (Date.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
