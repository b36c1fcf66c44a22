import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const ROOT = resolve(import.meta.dirname, '../../..');
const run = promisify(execFile);

/** The agent alone in a process of its own, without the rest of the service: it starts in a fraction of the time. */
export interface BareAgent {
  readonly address: string;
  readonly pid: number | undefined;
  /** SIGKILL; resolves once it is gone. */
  kill(): Promise<void>;
}

const PROGRAM = `
const [module, telemetry, dataDir, port] = process.argv.slice(1);
const { startConsulAgent } = await import(module);
const { createLogger } = await import(telemetry);
const logger = createLogger('agent');
logger.level = 'error';
const options = { host: '127.0.0.1', port: Number(port), dataDir, datacenter: 'dc1', nodeName: 'node' };
const agent = await startConsulAgent(options, logger);
process.stdout.write('port ' + agent.port + '\\n');
`;

/** Compiles what changed. Once before the first agent. */
export async function compile(): Promise<void> {
  await run(process.execPath, [join(ROOT, 'tools/build/main.ts')], { cwd: ROOT });
}

/**
 * Starts an agent.
 *
 * @param port 0 = any that is free
 * @param nodeOptions what Node is started with
 */
export async function startBareAgent(dataDir: string, port = 0, nodeOptions: readonly string[] = []): Promise<BareAgent> {
  const modules = ['apps/registry/dist/start-consul-agent.js', 'libs/telemetry/dist/index.js'].map((path) => `file://${join(ROOT, path)}`);
  const args = [...nodeOptions, '--input-type=module', '-e', PROGRAM, ...modules, dataDir, String(port)];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  const opened = await portOf(child);
  return {
    address: `http://127.0.0.1:${opened}`,
    pid: child.pid,
    async kill() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function portOf(child: ChildProcess): Promise<number> {
  let output = '';
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    output += chunk.toString();
    const port = /port (\d+)\n/.exec(output)?.[1];
    if (port !== undefined) return Number(port);
  }
  throw new Error(`The agent ended before it listened: ${output}`);
}
