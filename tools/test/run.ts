import { spawn, type StdioOptions } from 'node:child_process';

/** How a command ended, and what it said. */
export interface QuietRun {
  code: number;
  output: string;
}

/** Runs a command that speaks for itself, and returns its exit code. */
export async function run(command: string, args: readonly string[], cwd: string): Promise<number> {
  return (await start(command, args, cwd, ['ignore', 'inherit', 'inherit'])).code;
}

/** Runs a command and keeps what it says. */
export function runQuietly(command: string, args: readonly string[], cwd: string): Promise<QuietRun> {
  return start(command, args, cwd, ['ignore', 'pipe', 'pipe']);
}

function start(command: string, args: readonly string[], cwd: string, stdio: StdioOptions): Promise<QuietRun> {
  const child = spawn(command, args, { cwd, stdio });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return new Promise((resolve) => {
    child.once('error', (error) => {
      resolve({ code: 127, output: `${command} could not be run: ${error.message}\n` });
    });
    child.once('close', (code) => {
      resolve({ code: code ?? 1, output });
    });
  });
}
