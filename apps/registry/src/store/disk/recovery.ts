import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { StartRefusedError } from '@app/errors';
import type { Logger } from '@app/telemetry';
import { type Command, isCommand } from '../command.js';
import { RegistryState } from '../registry-state.js';
import type { DataFolder, NumberedFile } from './data-folder.js';
import { LogSegment } from './log-segment.js';
import { type RecordFile, readRecords } from './record-file.js';
import { readSnapshot } from './snapshot.js';

/** One line of the log. */
export interface LogRecord {
  i: number;
  /** The index of the first record that was written together with this one: those before it were on disk by then. */
  b: number;
  /** When it was taken, in ms since 1970; logs of before sessions do not say. */
  t?: number;
  c: Command;
}

/** What a start finds on disk. */
export interface Recovered {
  readonly state: RegistryState;
  readonly segment: LogSegment;
  readonly snapshotBytes: number;
}

/**
 * Reads the last whole snapshot and the log after it, record by record: needs little more memory than the state itself. A record torn
 * by a crash at the very end was never acknowledged; it is set aside and logged.
 *
 * @throws StartRefusedError when records in the middle are damaged or missing, those that a damaged snapshot stood for too
 */
export async function recover(folder: DataFolder, logger: Logger): Promise<Recovered> {
  await folder.remove(await folder.unfinishedSnapshots());
  const { state, snapshotBytes } = await loadSnapshot(folder, logger);
  await requireLog(folder);
  const goodBytes = await replay(await segmentsAfter(folder, state), state, logger);
  await requireNewest(folder, state);
  const path = (await folder.segments()).at(-1)?.path ?? folder.segmentPath(state.index + 1);
  const segment = await LogSegment.open(path, goodBytes);
  await folder.sync();
  return { state, snapshotBytes, segment };
}

/** Segments of which any record can be later than the snapshot. */
async function segmentsAfter(folder: DataFolder, state: RegistryState): Promise<NumberedFile[]> {
  const segments = await folder.segments();
  return segments.filter((_, at) => (segments[at + 1]?.index ?? Infinity) > state.index + 1);
}

/** Whatever a snapshot stood for was stored: one that is damaged can be done without only when the log has it all. */
async function requireNewest(folder: DataFolder, { index }: RegistryState): Promise<void> {
  const newest = (await folder.snapshots()).at(-1);
  if (newest === undefined || newest.index <= index) return;
  throw new StartRefusedError(`${newest.path} is damaged, and what is left before it ends at record ${index}: put it back from a copy.`);
}

/** The log that goes on after a snapshot is there before the snapshot is. */
async function requireLog(folder: DataFolder): Promise<void> {
  const newest = (await folder.snapshots()).at(-1);
  if (newest === undefined || (await folder.segments()).length > 0) return;
  const path = folder.segmentPath(newest.index + 1);
  throw new StartRefusedError(
    `${path} is missing: put it back from a copy, or create it empty to go on without what was stored after ${newest.path}.`,
  );
}

async function loadSnapshot(folder: DataFolder, logger: Logger): Promise<Pick<Recovered, 'state' | 'snapshotBytes'>> {
  for (const { path } of (await folder.snapshots()).reverse()) {
    const state = new RegistryState();
    const snapshotBytes = readSnapshot(path, (record) => state.restore(record));
    if (snapshotBytes !== undefined) return { state, snapshotBytes };
    logger.warn({ path }, 'Snapshot is not whole; trying the one before');
  }
  return { state: new RegistryState(), snapshotBytes: 0 };
}

/** @returns how much of the last segment is whole, in bytes */
async function replay(segments: readonly NumberedFile[], state: RegistryState, logger: Logger): Promise<number> {
  let goodBytes = 0;
  for (const [at, { path, index }] of segments.entries()) {
    if (index > state.index + 1) throw gap(path, index, state.index);
    const isLast = at === segments.length - 1;
    // Of whole records after one that is not, the latest write that any was part of.
    let strayWrite = 0;
    const file = readRecords(
      path,
      (record) => applyOne(record as LogRecord, state, path),
      (stray) => {
        strayWrite = Math.max(strayWrite, (stray as LogRecord).b);
      },
    );
    // A record of a write later than the one that was under way at the stop shows that the torn one had been on disk.
    if (file.tornBytes > 0 && !(isLast && strayWrite <= state.index + 1)) {
      throw new StartRefusedError(`${path} is damaged after byte ${file.goodBytes}: records that were stored follow.`);
    }
    if (file.tornBytes > 0) await setTornAside(path, logger, file);
    goodBytes = file.goodBytes;
  }
  return goodBytes;
}

/** Keeps what was torn for whoever wants to look, if the disk has room for it; the log is cut off before it. */
async function setTornAside(path: string, logger: Logger, { goodBytes, tornBytes }: RecordFile): Promise<void> {
  const aside = `${path}.torn`;
  const text = 'The log ended in what was being written at the stop; it is cut off';
  try {
    await pipeline(createReadStream(path, { start: goodBytes }), createWriteStream(aside, { mode: 0o600 }));
    logger.warn({ path, aside, tornBytes }, text);
  } catch (error) {
    await rm(aside, { force: true });
    logger.warn({ err: error, path, tornBytes }, `${text}, and could not be kept`);
  }
}

function applyOne({ i, t = 0, c }: LogRecord, state: RegistryState, path: string): void {
  if (i <= state.index) return;
  if (i !== state.index + 1) throw gap(path, i, state.index);
  if (!isCommand(c)) throw new StartRefusedError(`${path} has at record ${i} a command that only a later version of the registry knows.`);
  state.replay(c, i, t);
}

function gap(path: string, next: number, last: number): StartRefusedError {
  return new StartRefusedError(
    `${path} goes on at record ${next} after ${last}: a part of the log, or the snapshot before it, is missing.`,
  );
}
