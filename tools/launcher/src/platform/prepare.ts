import { rmdir } from 'node:fs/promises';
import { thisMachine } from '../../../host/package-manager.ts';
import { findOrInstallRedis } from '../../../host/redis.ts';
import { Failure } from '../failure.ts';
import type { Say } from '../output.ts';
import { dataFolderAt, openDataFolder, requireDiskSpace, warnOfLoss } from './data-folder.ts';
import { provisionDatabase } from './database.ts';
import { type ExternalServers, readExternalServers } from './external.ts';
import { takeLock } from './lock.ts';
import { LOOPBACK, type Platform, settingsOf } from './platform.ts';
import { portsAt, requireFreePorts, warnOfRefusedPort } from './ports.ts';
import { requireReachable } from './reachable.ts';
import { openSecrets } from './secrets.ts';
import { writeSeeds } from './seeds.ts';
import { readSettings, writeSettings } from './settings.ts';
import { describePorts } from './topology.ts';

/** What a start is asked for. */
export interface StartWish {
  /** Absolute path of the data folder. */
  data: string;
  portOffset: number | undefined;
  feed: boolean;
}

/** A data folder that is ours and ready to be started on. */
export interface PreparedPlatform {
  platform: Platform;
  /** Gives the data folder back. */
  release: () => Promise<void>;
}

/** What a killed launcher leaves behind ends by itself: services drain, stores write what they hold. */
const LEFTOVERS_END_WITHIN_MS = 20_000;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Checks everything that a start can fail at before the first process runs, and makes what a first start needs.
 *
 * @throws Failure with one sentence; the data folder is given back, and gone again if it was made now
 */
export async function preparePlatform(wish: StartWish, environment: Environment, say: Say): Promise<PreparedPlatform> {
  const external = readExternalServers(environment);
  const folder = dataFolderAt(wish.data);
  const { made } = await openDataFolder(folder);
  const { wasAbandoned, release } = await takeLock(folder);
  try {
    await requireDiskSpace(folder.root);
    const portOffset = wish.portOffset ?? (await readSettings(folder))?.portOffset ?? 0;
    const ports = portsAt(portOffset);
    const outsideHost = environment.SERVICE_HOST ?? LOOPBACK;
    await requireFreePorts(describePorts({ ports, external, outsideHost }), wasAbandoned ? LEFTOVERS_END_WITHIN_MS : 0);
    const warnings = await requireReachable(external);
    const redisProgram = await findRedis(external, say);
    const secrets = await openSecrets(folder);
    const address = readAddress(environment) ?? `http://localhost:${ports.gateway}`;
    await writeSeeds(folder, secrets, address);
    const platform = { folder, secrets, portOffset, ports, external, address, outsideHost, feed: wish.feed, redisProgram, environment };
    if (external.database !== undefined) await provisionDatabase(external.database, secrets.postgresRoles, false);
    await writeSettings(folder, settingsOf(platform));
    [...warnings, await warnOfLoss(folder.root), warnOfRefusedPort(ports)].filter((warning) => warning !== undefined).forEach(say);
    return { platform, release };
  } catch (error) {
    await release();
    if (made) await removeUnused(wish.data);
    throw error;
  }
}

/** The Redis program for a start, installed when it is missing and that is allowed. */
export async function findRedis(external: ExternalServers, say: Say): Promise<string | undefined> {
  if (external.redis !== undefined) return undefined;
  const found = await findOrInstallRedis(thisMachine(say));
  if (typeof found === 'string') throw new Failure(found);
  return found.path;
}

function readAddress({ PUBLIC_URL: address }: Environment): string | undefined {
  if (address === undefined || address === '') return undefined;
  if (URL.canParse(address) && ['http:', 'https:'].includes(new URL(address).protocol)) return new URL(address).origin;
  throw new Failure(`PUBLIC_URL is no address such as http://localhost:8080: ${address}`);
}

/** Leaves no empty folder behind; one that holds anything stays. */
async function removeUnused(root: string): Promise<void> {
  const { logs, seeds } = dataFolderAt(root);
  for (const path of [logs, seeds, root]) await rmdir(path).catch(() => undefined);
}
