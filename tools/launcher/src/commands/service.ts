import { type ChildProcess, spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { SERVICE_NAMES, type ServiceName, type StartReport } from '@app/contracts';
import { CHECKOUT } from '../checkout.ts';
import { Failure, systemCode } from '../failure.ts';
import { parseOptions } from '../options.ts';
import { print } from '../output.ts';
import { dataFolderAt } from '../platform/data-folder.ts';
import { commonEnvironment } from '../platform/environment.ts';
import { readExternalServers } from '../platform/external.ts';
import { LOOPBACK, type Platform } from '../platform/platform.ts';
import { portsAt, requireFreePorts } from '../platform/ports.ts';
import { readSecrets } from '../platform/secrets.ts';
import { readSettings } from '../platform/settings.ts';
import { planSingleStart, type SingleStart } from '../platform/single.ts';
import { describeServices, serviceArguments } from '../platform/topology.ts';
import { listenForStop } from '../stop-signals.ts';
import { refuseNames } from './start.ts';

/** What is kept of a service's words until it listens: a start that fails says one sentence instead of them. */
const MAX_WORDS = 256 * 1024;

/**
 * `npm run start:<service>`: one service alone in the foreground. What is said on the command line counts most, then what the environment
 * says; for the rest the service joins the platform of the data folder, if there is one.
 */
export async function service(args: readonly string[]): Promise<void> {
  const [name, ...rest] = args;
  if (!isService(name)) throw new Failure(`There is no service ${name ?? ''}; there are ${SERVICE_NAMES.join(', ')}.`);
  const command = `npm run start:${name}`;
  const options = parseOptions(rest, { command, allowed: ['port', 'data'], environment: process.env });
  refuseNames(options, command);
  const start = await planSingleStart({
    name,
    port: options.port,
    data: options.isDataGiven ? options.data : undefined,
    joined: await joinPlatform(name, options.data),
    environment: process.env,
  });
  try {
    await requireFreePorts(start.ports, 0, 'choose another with --port N');
    await run(name, start);
  } catch (error) {
    await start.takeBack();
    throw error;
  }
}

/** Runs it until it ends, or we are told to end. */
async function run(name: ServiceName, { environment, describe }: SingleStart): Promise<void> {
  const { first, onAgain } = listenForStop();
  const child = spawn(process.execPath, serviceArguments(name), {
    cwd: CHECKOUT,
    env: { ...(process.stdout.isTTY && { LOG_FORMAT: 'pretty' }), ...environment, SUPERVISED: '1' },
    // A session of its own: a terminal's Ctrl-C reaches us alone and is handed on once. Without us it ends, as its channel closes.
    detached: true,
    stdio: ['inherit', 'pipe', 'pipe', 'ipc'],
  });
  const state = { isStopping: false };
  void first.then(() => {
    state.isStopping = true;
    child.kill('SIGTERM');
  });
  onAgain(() => child.kill('SIGTERM'));
  const words = [holdBack(child.stdout, process.stdout), holdBack(child.stderr, process.stderr)];
  const letOut = () => {
    words.forEach((held) => {
      held.letOut();
    });
  };
  const failures: string[] = [];
  child.on('message', (report: StartReport) => {
    if ('failed' in report) failures.push(report.failed);
    else {
      letOut();
      print(describe(report.listening));
    }
  });
  const { code, signal } = await endOf(child);
  // Whoever has said how much it is to say wants to see why.
  if (process.env.LOG_LEVEL !== undefined) letOut();
  if (failures[0] !== undefined) throw new Failure(failures[0]);
  letOut();
  if (state.isStopping && (code === 0 || signal === 'SIGTERM')) return;
  throw new Failure(`${name} ended (${signal ?? `exit code ${code ?? 'unknown'}`}).`);
}

/** Keeps what a service says, up to a bound, until it is let out; from then on it goes straight through. */
function holdBack(source: Readable | null, target: NodeJS.WriteStream): { letOut: () => void } {
  let held: Buffer[] = [];
  let size = 0;
  const keep = (chunk: Buffer) => {
    held.push(chunk);
    size += chunk.length;
    while (size > MAX_WORDS) size -= held.shift()?.length ?? size;
  };
  source?.on('data', keep);
  return {
    letOut: () => {
      if (source?.listeners('data').includes(keep) !== true) return;
      source.off('data', keep);
      for (const chunk of held) target.write(chunk);
      held = [];
      source.pipe(target, { end: false });
    },
  };
}

function endOf(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    // Not `exit`: its last words come before this.
    child.once('close', (code, signal) => {
      resolve({ code, signal });
    });
  });
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return false;
    throw error;
  }
}

function isService(name: string | undefined): name is ServiceName {
  return (SERVICE_NAMES as readonly (string | undefined)[]).includes(name);
}

/** The settings with which the platform of a data folder runs this service; undefined when there is no such platform. */
async function joinPlatform(name: ServiceName, data: string): Promise<Record<string, string> | undefined> {
  const folder = dataFolderAt(data);
  // Whether it can be made one is looked at where it is needed.
  if (!(await isFolder(data))) return undefined;
  const [secrets, settings] = [await readSecrets(folder), await readSettings(folder)];
  if (secrets === undefined || settings === undefined) return undefined;
  const platform: Platform = {
    folder,
    secrets,
    portOffset: settings.portOffset,
    ports: portsAt(settings.portOffset),
    external: readExternalServers(process.env),
    address: settings.address,
    outsideHost: process.env.SERVICE_HOST ?? LOOPBACK,
    feed: false,
    redisProgram: undefined,
    environment: process.env,
  };
  const environment = { ...commonEnvironment(platform, name), ...describeServices(platform)[name].environment };
  // At a terminal it logs for people.
  return Object.fromEntries(Object.entries(environment).filter(([variable]) => variable !== 'LOG_FORMAT'));
}
