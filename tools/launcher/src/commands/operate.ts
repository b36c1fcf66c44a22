import { askLauncher } from '../control/client.ts';
import type { PlatformStatus } from '../control/protocol.ts';
import { Failure } from '../failure.ts';
import { type OptionName, type Options, parseOptions } from '../options.ts';
import { print, toDuration, toTable } from '../output.ts';
import { type DataFolder, dataFolderAt } from '../platform/data-folder.ts';
import { findHolder, isAlive, type LockHolder } from '../platform/lock.ts';

const GONE_WITHIN_MS = 15_000;
const POLL_MS = 50;

/** `npm stop`: returns once nothing of the platform runs. */
export async function stop(args: readonly string[]): Promise<void> {
  const { folder } = read(args, 'npm stop');
  const holder = await findHolder(folder);
  if (holder === undefined) {
    print(`Nothing runs on ${folder.root}`);
    return;
  }
  await askLauncher(folder, { command: 'stop' }, print);
  await untilGone(holder);
  print(`Everything on ${folder.root} is stopped.`);
}

/** `npm run status`. */
export async function status(args: readonly string[]): Promise<void> {
  const { folder, options } = read(args, 'npm run status', ['json']);
  const result = await askLauncher(folder, { command: 'status' }, print);
  const found = result.running ? result.status : undefined;
  if (options.json) print(JSON.stringify(found ?? { running: false, dataFolder: folder.root, parts: [] }, undefined, 2));
  else if (found === undefined) print(`Nothing runs on ${folder.root}`);
  else describeStatus(found).forEach(print);
}

/** `npm run restart -- PART`. */
export async function restart(args: readonly string[]): Promise<void> {
  const { folder, options } = read(args, 'npm run restart');
  const [part, ...others] = options.names;
  if (part === undefined || others.length > 0)
    throw new Failure('npm run restart needs the name of one part: npm run restart -- statistics');
  const result = await askLauncher(folder, { command: 'restart', part }, print);
  if (!result.running) throw new Failure(`Nothing runs on ${folder.root}: npm start starts it.`);
  print(`${part} is restarted and healthy.`);
}

/** Lines for people. */
export function describeStatus({ pid, dataFolder, address, consul, parts }: PlatformStatus): string[] {
  const rows = parts.map((part) => [
    part.name,
    // It works, but not with all that it should have.
    part.state === 'healthy' && part.detail !== '' ? 'degraded' : part.state,
    String(part.pid ?? '-'),
    String(part.port ?? '-'),
    String(part.restarts),
    part.uptimeSeconds === null ? '-' : toDuration(part.uptimeSeconds * 1000),
    part.detail,
  ]);
  return [
    `Causeway at ${address}, data in ${dataFolder}, launcher process ${pid}`,
    `Consul API at ${consul}`,
    '',
    ...toTable([['part', 'state', 'pid', 'port', 'restarts', 'up', ''], ...rows]),
  ];
}

function read(args: readonly string[], command: string, further: readonly OptionName[] = []): { options: Options; folder: DataFolder } {
  const options = parseOptions(args, { command, allowed: ['data', ...further], environment: process.env });
  return { options, folder: dataFolderAt(options.data) };
}

async function untilGone(holder: LockHolder): Promise<void> {
  const deadline = Date.now() + GONE_WITHIN_MS;
  while (isAlive(holder)) {
    if (Date.now() > deadline) throw new Failure(`The launcher (process ${holder.pid}) has stopped its parts, but does not end.`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
