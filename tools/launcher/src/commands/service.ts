import { spawn } from 'node:child_process';
import { SERVICE_NAMES, SERVICE_PORTS, type ServiceName } from '@app/contracts';
import { CHECKOUT } from '../checkout.ts';
import { Failure } from '../failure.ts';
import { parseOptions } from '../options.ts';
import { print } from '../output.ts';
import { dataFolderAt } from '../platform/data-folder.ts';
import { commonEnvironment } from '../platform/environment.ts';
import { readExternalServers } from '../platform/external.ts';
import { LOOPBACK, type Platform } from '../platform/platform.ts';
import { portsAt, requireFreePorts } from '../platform/ports.ts';
import { readSecrets } from '../platform/secrets.ts';
import { readSettings } from '../platform/settings.ts';
import { describeServices, serviceArguments } from '../platform/topology.ts';
import { listenForStop } from '../stop-signals.ts';

/**
 * `npm run start:<service>`: one service alone in the foreground. What the environment says counts; where it says nothing, the
 * service joins the platform of the data folder, if there is one.
 */
export async function service(args: readonly string[]): Promise<void> {
  const [name, ...rest] = args;
  if (!isService(name)) throw new Failure(`There is no service ${name ?? ''}; there are ${SERVICE_NAMES.join(', ')}.`);
  const options = parseOptions(rest, { command: `npm run start:${name}`, allowed: ['data'], environment: process.env });
  if (options.help) {
    print(
      `Starts ${name} alone in the foreground, with the environment's settings or else the data folder's: npm run start:${name} [-- --data DIR]`,
    );
    return;
  }
  const environment: NodeJS.ProcessEnv = { ...(await joinPlatform(name, options.data)), ...process.env, SUPERVISED: '1' };
  await requireFreePorts([{ port: Number(environment.SERVICE_PORT ?? SERVICE_PORTS[name]), user: name, hosts: [LOOPBACK] }]);
  const child = spawn(process.execPath, serviceArguments(name), {
    cwd: CHECKOUT,
    env: environment,
    // A session of its own: a terminal's Ctrl-C reaches us alone and is handed on once. Without us it ends, as its channel closes.
    detached: true,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  const { first, onAgain } = listenForStop();
  void first.then(() => child.kill('SIGTERM'));
  onAgain(() => child.kill('SIGTERM'));
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      resolve(code ?? 1);
    });
  });
}

function isService(name: string | undefined): name is ServiceName {
  return (SERVICE_NAMES as readonly (string | undefined)[]).includes(name);
}

/** The settings with which the platform of a data folder runs this service; none when there is no such platform. */
async function joinPlatform(name: ServiceName, data: string): Promise<Record<string, string>> {
  const folder = dataFolderAt(data);
  const [secrets, settings] = [await readSecrets(folder), await readSettings(folder)];
  if (secrets === undefined || settings === undefined) return {};
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
