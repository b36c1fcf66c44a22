import type { ControlAnswer, ControlRequest } from './control/protocol.ts';
import { serveControl } from './control/server.ts';
import { type Say, sayAndLog, toDuration } from './output.ts';
import { consulAddressOf, type Platform } from './platform/platform.ts';
import { preparePlatform, type StartWish } from './platform/prepare.ts';
import { describeParts } from './platform/topology.ts';
import { describeStart } from './summary.ts';
import type { PartDefinition } from './supervise/part.ts';
import { Supervisor } from './supervise/supervisor.ts';

/** A platform whose parts are all healthy. */
export interface RunningPlatform {
  platform: Platform;
  supervisor: Supervisor;
  say: Say;
}

/** Who a platform is run for. */
export interface Audience {
  say: Say;
  /** Whether this process has left the terminal: the summary then says how to stop it from outside. */
  detached: boolean;
  /** Told once, when everything is healthy, with the summary. */
  onHealthy: (summary: readonly string[]) => void;
  /** Settles when whoever wanted the platform does not any more. */
  stopRequest: Promise<string>;
  /** Called again while stopping: to hurry. */
  onHurry: (hurry: () => void) => void;
  /** Further parts, and what else is to be done while the platform runs. */
  furtherParts?: (platform: Platform) => PartDefinition[];
  accompany?: (running: RunningPlatform) => () => void;
}

/**
 * Starts a whole platform, keeps it running until it is to stop, and stops it.
 *
 * @returns once every process has ended and the data folder is given back
 * @throws Failure when it could not be started; nothing that it started is left then
 */
export async function runPlatform(wish: StartWish, audience: Audience): Promise<void> {
  const { platform, release } = await preparePlatform(wish, process.env, audience.say);
  const { folder } = platform;
  const say = sayAndLog(audience.say, folder.launcherLog);
  const supervisor = new Supervisor([...describeParts(platform), ...(audience.furtherParts?.(platform) ?? [])], say);
  const asked = Promise.withResolvers<string>();
  const stopped = Promise.withResolvers<undefined>();
  let closeControl: (() => void) | undefined;
  try {
    const stop = () => {
      asked.resolve('npm stop');
      return stopped.promise;
    };
    closeControl = await serveControl(folder.controlSocket, (request) => handle(request, { platform, supervisor, stop }));
    say(`Starting Causeway on ${folder.root}`);
    const stopRequest = Promise.race([audience.stopRequest, asked.promise]);
    const reason = await Promise.race([startAndAccompany({ platform, supervisor, say }, audience, stopRequest), stopRequest]);
    say(`Stopping (${reason}).`);
  } finally {
    audience.onHurry(() => void supervisor.stop());
    await supervisor.stop();
    say(`Everything is stopped; the data stays in ${folder.root}`);
    await release();
    stopped.resolve(undefined);
    closeControl?.();
  }
}

/** @returns why it is to stop */
async function startAndAccompany(running: RunningPlatform, audience: Audience, stopRequest: Promise<string>): Promise<string> {
  await running.supervisor.start();
  const took = toDuration(performance.now());
  audience.onHealthy(describeStart(running.platform, { took, detached: audience.detached }));
  const leave = audience.accompany?.(running);
  try {
    return await stopRequest;
  } finally {
    leave?.();
  }
}

interface Handled {
  platform: Platform;
  supervisor: Supervisor;
  stop: () => Promise<undefined>;
}

const STARTED_AT = new Date(performance.timeOrigin).toISOString();

async function handle(request: ControlRequest, { platform, supervisor, stop }: Handled): Promise<ControlAnswer> {
  switch (request.command) {
    case 'status': {
      const { folder, address } = platform;
      const about = { pid: process.pid, dataFolder: folder.root, address, consul: consulAddressOf(platform), startedAt: STARTED_AT };
      return { done: true, status: { running: true, ...about, parts: supervisor.status() } };
    }
    case 'stop':
      await stop();
      return { done: true };
    case 'restart':
      await supervisor.restart(request.part);
      return { done: true };
  }
}
