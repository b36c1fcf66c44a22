import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import type { Account } from './account.js';
import { EngineError } from './engine-error.js';

/** How a server ended. */
export interface EngineExit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Whether `stop()` or `kill()` asked for it. */
  expected: boolean;
}

/** A running server process that belongs to us. It ends with us, however we end. */
export interface ManagedServer {
  readonly pid: number;
  readonly port: number;
  /** Whether it has ended. */
  readonly hasExited: boolean;
  /** Settles once the process has ended. */
  readonly exited: Promise<EngineExit>;
  /**
   * Shuts down in good order, then kills what has not ended in time; harmless when it has ended already.
   *
   * @param timeoutMs how long it may take before it is killed; 20 s unless said
   */
  stop(timeoutMs?: number): Promise<void>;
  /** Lets our process end while the server runs; the server then ends too. */
  unref(): void;
  /** SIGKILL, as a crash would: resolves once it has ended. */
  kill(): Promise<void>;
}

/** What a process is started from. */
export interface ProcessOptions {
  command: string;
  args: readonly string[];
  cwd: string;
  account: Account | undefined;
  env?: NodeJS.ProcessEnv;
  /** Written to the process's standard input, which is then closed. */
  input?: string;
  /** Open for appending: takes standard output and standard error. */
  logDescriptor: number;
  port: number;
  /** The signal that makes the server shut down in good order at once. */
  stopSignal: NodeJS.Signals;
  onExit?: ((exit: EngineExit) => void) | undefined;
}

const DEFAULT_STOP_MS = 20_000;

/**
 * Becomes the server, after leaving a watcher behind that reads from descriptor 3, a pipe whose other end only we hold: when we
 * end in whatever way, the read ends and the watcher sends the server its stop signal. The watcher is nobody's child, so
 * that the server has no child that it did not make.
 */
const WITH_WATCHER = `signal=$1; shift
( ( trap '' INT TERM HUP; while read -r _; do :; done; kill -s "$signal" $$ ) <&3 >/dev/null 2>&1 & )
exec "$@" 3<&-`;

/** Starts a server process in a session of its own, so that a terminal's Ctrl-C reaches only us. */
export function startProcess(options: ProcessOptions): ManagedServer {
  const { command, args, cwd, account, logDescriptor, stopSignal } = options;
  const shell = ['-c', WITH_WATCHER, 'sh', stopSignal.replace('SIG', ''), command, ...args];
  const child = spawn('/bin/sh', shell, {
    cwd,
    env: options.env,
    detached: true,
    stdio: ['pipe', logDescriptor, logDescriptor, 'pipe'],
    ...(account !== undefined && { uid: account.uid, gid: account.gid }),
  });
  child.stdin?.on('error', ignoreEarlyEnd);
  child.stdin?.end(options.input ?? '');
  return manage(child, options);
}

/** The process ended before it read its input: its exit says more. */
function ignoreEarlyEnd(): void {
  return undefined;
}

function manage(child: ChildProcess, { command, port, stopSignal, onExit }: ProcessOptions): ManagedServer {
  let stopping = false;
  let ended = false;
  const { promise: exited, resolve } = Promise.withResolvers<EngineExit>();
  const lifeline = child.stdio[3];
  const end = (code: number | null, signal: NodeJS.Signals | null) => {
    if (ended) return;
    ended = true;
    lifeline?.destroy();
    const exit: EngineExit = { code, signal, expected: stopping };
    resolve(exit);
    onExit?.(exit);
  };
  child.once('exit', end);
  child.once('error', () => {
    end(null, null);
  });
  if (child.pid === undefined) throw new EngineError('start-failed', `${command} could not be started.`);
  const stop = async (timeoutMs = DEFAULT_STOP_MS) => {
    stopping = true;
    if (!ended) child.kill(stopSignal);
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    await exited;
    clearTimeout(timer);
  };
  const kill = async () => {
    stopping = true;
    child.kill('SIGKILL');
    await exited;
  };
  return {
    pid: child.pid,
    port,
    exited,
    get hasExited() {
      return ended;
    },
    stop,
    kill,
    unref: () => {
      child.unref();
      if (lifeline instanceof Socket) lifeline.unref();
    },
  };
}
