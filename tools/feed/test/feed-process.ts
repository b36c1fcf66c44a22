import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';

const MAIN = resolve(import.meta.dirname, '../src/main.ts');

/** The program in a process of its own, with an IPC channel as a launcher gives it. */
export class FeedProcess {
  readonly exited: Promise<number | null>;
  stdout = '';
  stderr = '';
  private readonly child: ChildProcessByStdio<null, Readable, Readable>;

  constructor(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    this.child = spawn(process.execPath, [MAIN, ...args], {
      env: { PATH: process.env.PATH, ...environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    }) as ChildProcessByStdio<null, Readable, Readable>;
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.exited = this.waitForEnd();
  }

  terminate(): void {
    this.child.kill('SIGTERM');
  }

  disconnect(): void {
    this.child.disconnect();
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  /** Not `close`: it does not come after the parent has disconnected. */
  private async waitForEnd(): Promise<number | null> {
    const { child } = this;
    await Promise.all([once(child, 'exit'), once(child.stdout, 'end'), once(child.stderr, 'end')]);
    return child.exitCode;
  }
}
