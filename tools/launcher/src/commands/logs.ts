import { statSync, watch } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Failure, systemCode } from '../failure.ts';
import { parseOptions } from '../options.ts';
import { print } from '../output.ts';
import { dataFolderAt } from '../platform/data-folder.ts';
import { prettyLine } from '../pretty-log.ts';
import { readTail } from '../supervise/log-file.ts';

/** A part's log, and how far it has been shown. */
interface ShownLog {
  part: string;
  path: string;
  shownTo: number;
}

type ShowLine = (part: string, line: string) => void;

const MAX_LINES_AT_ONCE = 100_000;

/** `npm run logs`: the ends of the logs, of all parts or of those that are named; works on a stopped platform too. */
export async function logs(args: readonly string[]): Promise<void> {
  const options = parseOptions(args, { command: 'npm run logs', allowed: ['data', 'follow', 'lines', 'raw'], environment: process.env });
  const folder = dataFolderAt(options.data);
  const parts = await listParts(folder.logs);
  const unknown = options.names.find((name) => !parts.includes(name));
  if (unknown !== undefined) throw new Failure(`There is no log of ${unknown} in ${folder.logs}; there are ${parts.join(', ') || 'none'}.`);
  const wanted = options.names.length === 0 ? parts : options.names;
  const width = Math.max(0, ...wanted.map((part) => part.length));
  const show: ShowLine = (part, line) => {
    print(options.raw ? line : `${wanted.length > 1 ? `${part.padEnd(width)}  ` : ''}${prettyLine(line)}`);
  };
  const shown = await Promise.all(wanted.map((part) => showEnd(part, join(folder.logs, `${part}.log`), options.lines)));
  for (const { log, lines } of shown) for (const line of lines) show(log.part, line);
  if (options.follow) await follow(folder.logs, new Map(shown.map(({ log }) => [log.part, log])), options.names.length === 0, show);
}

async function listParts(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith('.log')).map((name) => basename(name, '.log'));
  } catch (error) {
    if (systemCode(error) === 'ENOENT')
      throw new Failure(`There are no logs: nothing was ever started on ${folder.replace(/\/logs$/, '')}`);
    throw error;
  }
}

async function showEnd(part: string, path: string, count: number): Promise<{ log: ShownLog; lines: string[] }> {
  const { lines, end } = await readTail(path, count);
  return { log: { part, path, shownTo: end }, lines };
}

/** Until the reader ends us. The system tells of changes; nothing is polled. */
async function follow(folder: string, logs: Map<string, ShownLog>, takesNew: boolean, show: ShowLine): Promise<void> {
  let reading: Promise<void> = Promise.resolve();
  const failed = Promise.withResolvers<never>();
  watch(folder, (_event, file) => {
    const part = basename(file ?? '', '.log');
    if (!file?.endsWith('.log')) return;
    if (takesNew && !logs.has(part)) logs.set(part, { part, path: join(folder, file), shownTo: 0 });
    const log = logs.get(part);
    if (log === undefined) return;
    reading = reading.then(() => showMore(log, show));
    reading.catch(failed.reject);
  });
  await failed.promise;
}

async function showMore(log: ShownLog, show: ShowLine): Promise<void> {
  const size = statSync(log.path, { throwIfNoEntry: false })?.size ?? 0;
  // Shorter than before: the log was rotated.
  const from = size < log.shownTo ? 0 : log.shownTo;
  const { lines, end } = await readTail(log.path, MAX_LINES_AT_ONCE, from);
  log.shownTo = end;
  for (const line of lines) show(log.part, line);
}
