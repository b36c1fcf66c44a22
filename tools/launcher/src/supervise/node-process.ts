import { spawn } from 'node:child_process';
import { openSync, closeSync } from 'node:fs';
import { CHECKOUT } from '../checkout.ts';
import { Failure, systemCode } from '../failure.ts';
import type { ProcessEnd, RunningPart } from './running-part.ts';

/** A program of ours to be run by this very Node. */
export interface NodeProgram {
  name: string;
  /** Options of Node, the file, its arguments. */
  args: readonly string[];
  cwd?: string;
  /** The whole environment: nothing else is handed on. */
  environment: Readonly<Record<string, string>>;
  logFile: string;
}

/**
 * Starts a program. It leads a session of its own, so that a terminal's Ctrl-C reaches the launcher alone, which then stops the parts
 * in their order; and it holds an IPC channel to the launcher, so that it notices when the launcher is killed.
 */
export async function startNodeProcess({ name, args, cwd = CHECKOUT, environment, logFile }: NodeProgram): Promise<RunningPart> {
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(process.execPath, args, {
    cwd,
    env: environment,
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => {
      reject(new Failure(`${name} could not be started: ${error.message}.`));
    });
  });
  const pid = child.pid ?? 0;
  const ended = new Promise<ProcessEnd>((resolve) => {
    child.once('exit', (code, signal) => {
      killGroup(pid);
      resolve({ code, signal });
    });
  });
  const stop = async (timeoutMs: number) => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => {
      killGroup(pid);
    }, timeoutMs);
    await ended;
    clearTimeout(timer);
  };
  return { pid, ended, stop };
}

/** Kills a session's leader and whatever it has started and left. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (systemCode(error) !== 'ESRCH') throw error;
  }
}
