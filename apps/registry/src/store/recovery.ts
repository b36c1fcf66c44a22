import { copyFile } from 'node:fs/promises';
import { StartRefusedError } from '@app/errors';
import type { Logger } from '@app/telemetry';
import type { Command } from './command.js';
import type { DataFolder } from './data-folder.js';
import { LogSegment } from './log-segment.js';
import { readRecords } from './record-file.js';
import { RegistryState } from './registry-state.js';
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
 * @throws StartRefusedError when records in the middle are damaged
 */
export async function recover(folder: DataFolder, logger: Logger): Promise<Recovered> {
  await folder.remove(await folder.unfinishedSnapshots());
  const { state, snapshotBytes } = await loadSnapshot(folder, logger);
  return { state, snapshotBytes, segment: await replay(folder, state, logger) };
}

async function loadSnapshot(folder: DataFolder, logger: Logger): Promise<Pick<Recovered, 'state' | 'snapshotBytes'>> {
  for (const { path } of (await folder.snapshots()).reverse()) {
    const state = new RegistryState();
    const snapshotBytes = await readSnapshot(path, (record) => state.restore(record));
    if (snapshotBytes !== undefined) return { state, snapshotBytes };
    logger.warn({ path }, 'Snapshot is not whole; trying the one before');
  }
  return { state: new RegistryState(), snapshotBytes: 0 };
}

async function replay(folder: DataFolder, state: RegistryState, logger: Logger): Promise<LogSegment> {
  const segments = await folder.segments();
  let goodBytes = 0;
  for (const [at, { path }] of segments.entries()) {
    const isLast = at === segments.length - 1;
    // Of whole records after one that is not, the latest write that any was part of.
    let strayWrite = 0;
    const file = await readRecords(
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
    if (file.tornBytes > 0) await setTornAside(path, logger, file.tornBytes);
    goodBytes = file.goodBytes;
  }
  return LogSegment.open(segments.at(-1)?.path ?? folder.segmentPath(state.index + 1), goodBytes);
}

/** Keeps a torn record for whoever wants to look; the log is cut off before it. */
async function setTornAside(path: string, logger: Logger, tornBytes: number): Promise<void> {
  const aside = `${path}.torn`;
  await copyFile(path, aside);
  logger.warn({ path, aside, tornBytes }, 'The log ended in a record that was never acknowledged; it is cut off');
}

function applyOne({ i, t = 0, c }: LogRecord, state: RegistryState, path: string): void {
  if (i <= state.index) return;
  if (i !== state.index + 1) {
    throw new StartRefusedError(`${path} goes on at record ${i} after ${state.index}: a part of the log is missing.`);
  }
  state.apply(c, i, new Set(), t);
}
