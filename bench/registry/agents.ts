import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { findFreePort } from '@app/testing';
import { startBareAgent } from '../../apps/registry/test/bare-agent.ts';
import { nodeOptions, serviceArguments } from '../../tools/launcher/src/platform/topology.ts';
import { usageOf } from '../start/processes.ts';

/** An agent that is measured. */
export interface MeasuredAgent {
  readonly label: string;
  readonly address: URL;
  /** Undefined where it is not known: its memory cannot be told, and it is not pinned to a core. */
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

/** What a process holds, in MB. */
export interface Memory {
  readonly rssMb: number;
  readonly pssMb: number;
}

const ROOT = resolve(import.meta.dirname, '../..');
const SERVER_CORE = 0;
const LOAD_CORE = 1;

/** An agent that runs already, whatever it is. */
export function attach(label: string, address: string, pid: number | undefined): MeasuredAgent {
  return {
    label,
    address: new URL(address.includes('://') ? address : `http://${address}`),
    pid,
    stop: () => Promise.resolve(),
  };
}

/** This project's registry, in a process of its own: the service as `npm run start:registry` runs it, or its agent alone. */
export async function startOurs(kind: 'service' | 'agent', dataDir: string): Promise<MeasuredAgent> {
  if (kind === 'agent') {
    const agent = await startBareAgent(dataDir, 0, nodeOptions('registry'));
    return { label: 'agent', address: new URL(agent.address), pid: agent.pid, stop: () => agent.kill() };
  }
  const [servicePort, consulPort, zipkinPort] = [await findFreePort(), await findFreePort(), await findFreePort()];
  const address = new URL(`http://127.0.0.1:${consulPort}`);
  const child = spawn(process.execPath, serviceArguments('registry'), {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: join(ROOT, '.cache/node'),
      LOG_LEVEL: 'warn',
      SERVICE_PORT: String(servicePort),
      CONSUL_PORT: String(consulPort),
      ZIPKIN_PORT: String(zipkinPort),
      CONSUL_HTTP_ADDR: address.href,
      REGISTRY_DATA_DIR: dataDir,
    },
  });
  await untilItAnswers(child, address);
  return { label: 'registry', address, pid: child.pid, stop: () => end(child) };
}

/** A folder for the state of an agent. */
export async function withDataFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-registry-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Puts the servers on one core and the load on another, so that neither takes from the other.
 *
 * @returns whether that could be done
 */
export async function pin(agents: readonly MeasuredAgent[]): Promise<boolean> {
  if (cpus().length < 2 || agents.some(({ pid }) => pid === undefined)) return false;
  try {
    for (const { pid } of agents) await taskset(SERVER_CORE, pid ?? 0);
    await taskset(LOAD_CORE, process.pid);
    return true;
  } catch (error) {
    process.stderr.write(`Not pinned to cores: ${String(error)}\n`);
    return false;
  }
}

/** Undefined when its process is not known. */
export function memoryOf({ pid }: MeasuredAgent): Memory | undefined {
  if (pid === undefined) return undefined;
  const rss = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { rssMb: Number(rss) / 1024, pssMb: usageOf([pid]).memoryMb };
}

/** Processor time that it has used, in seconds; undefined when its process is not known. */
export function cpuOf({ pid }: MeasuredAgent): number | undefined {
  return pid === undefined ? undefined : usageOf([pid]).cpuSeconds;
}

async function taskset(core: number, pid: number): Promise<void> {
  await promisify(execFile)('taskset', ['-acp', String(core), String(pid)]);
}

async function untilItAnswers(child: ChildProcess, address: URL): Promise<void> {
  while (child.exitCode === null) {
    const isUp = await fetch(new URL('/v1/status/leader', address)).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return;
    await wait(5);
  }
  throw new Error('The registry ended before it listened');
}

async function end(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
