import { spawn } from 'node:child_process';
import { Checkout, CHECKOUT } from '../checkout.ts';
import { Failure } from '../failure.ts';
import { type Options, parseOptions } from '../options.ts';
import { print } from '../output.ts';
import { dataFolderAt } from '../platform/data-folder.ts';
import { readExternalServers } from '../platform/external.ts';
import { findHolder } from '../platform/lock.ts';
import { findRedis } from '../platform/prepare.ts';
import { runPlatform } from '../run-platform.ts';
import { reportToStarter, type StarterReport } from '../starter-channel.ts';
import { listenForStop } from '../stop-signals.ts';

/** `npm start`: runs the platform until Ctrl-C, or with `--detach` until `npm stop`. */
export async function start(args: readonly string[]): Promise<void> {
  const options = parseOptions(args, {
    command: 'npm start',
    allowed: ['data', 'port-offset', 'no-feed', 'detach'],
    environment: process.env,
  });
  refuseNames(options, 'npm start');
  if (options.detach) await startDetached(options);
  else await runInForeground(options);
}

/** @throws Failure when something follows the options that is none */
export function refuseNames({ names }: Options, command: string): void {
  if (names.length > 0)
    throw new Failure(`${command} does not know what to do with "${names.join(' ')}": options are written ${command} -- --option.`);
}

async function runInForeground(options: Options): Promise<void> {
  const { first, onAgain } = listenForStop();
  await runPlatform(options, {
    say: print,
    detached: false,
    onHealthy: (summary) => {
      summary.forEach(print);
    },
    stopRequest: first,
    onHurry: onAgain,
  });
}

/** Starts a launcher that outlives us, and waits until everything is healthy. */
async function startDetached(options: Options): Promise<void> {
  // Only here is there a terminal to ask at.
  if ((await findHolder(dataFolderAt(options.data))) === undefined) await findRedis(readExternalServers(process.env), print);
  const args = ['--data', options.data, ...(options.feed ? [] : ['--no-feed'])];
  if (options.portOffset !== undefined) args.push('--port-offset', String(options.portOffset));
  const child = spawn(process.execPath, ['--max-semi-space-size=1', Checkout.launcher, 'supervise', ...args], {
    cwd: CHECKOUT,
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const { first, onAgain } = listenForStop();
  // Without us it takes back what it has started, and says so through the same channel until then.
  void first.then(() => child.kill('SIGTERM'));
  onAgain(() => child.kill('SIGTERM'));
  await new Promise<void>((resolve, reject) => {
    child.on('message', (report: StarterReport) => {
      if ('say' in report) print(report.say);
      else if ('failed' in report) reject(new Failure(report.failed));
      else {
        report.healthy.forEach(print);
        child.disconnect();
        child.unref();
        resolve();
      }
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      reject(new Failure(`The launcher ended before everything was healthy (${signal ?? `exit code ${code ?? 'unknown'}`}).`));
    });
  });
}

/** The detached launcher itself: `supervise`, started by {@link start} alone. */
export async function supervise(args: readonly string[]): Promise<void> {
  const options = parseOptions(args, { command: 'supervise', allowed: ['data', 'port-offset', 'no-feed'] });
  const { first, onAgain } = listenForStop();
  const abandoned = new Promise<string>((resolve) => {
    process.once('disconnect', () => {
      resolve('whoever started it has gone');
    });
  });
  const kept = Promise.withResolvers<string>();
  let isHealthy = false;
  void abandoned.then((reason) => {
    if (!isHealthy) kept.resolve(reason);
  });
  await runPlatform(options, {
    say: (line) => {
      reportToStarter({ say: line });
    },
    detached: true,
    onHealthy: (summary) => {
      isHealthy = true;
      reportToStarter({ healthy: [...summary] });
    },
    stopRequest: Promise.race([first, kept.promise]),
    onHurry: onAgain,
  });
}
