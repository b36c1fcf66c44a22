import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { MAX_WRITE_LENGTH } from '../../limits.js';
import type { SnapshotRecord } from '../command.js';
import { syncFolder } from './data-folder.js';
import { encodeRecord, readRecords } from './record-file.js';

interface SnapshotEnd {
  type: 'end';
  count: number;
}

/**
 * Writes a snapshot: whole and on disk under its name, or not there at all. Encodes a piece at a time, and gives way to requests in
 * between.
 *
 * @returns its size in bytes
 */
export async function writeSnapshot(path: string, records: readonly SnapshotRecord[]): Promise<number> {
  const temporary = `${path}.tmp`;
  const file = await open(temporary, 'w', 0o600);
  let size = 0;
  try {
    for (const piece of pieces(records)) {
      size += await append(file, piece);
      await turn();
    }
    await file.sync();
  } catch (error) {
    // On a disk that is full it would keep the log from growing.
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  await syncFolder(dirname(path));
  return size;
}

/**
 * Reads a snapshot record by record.
 *
 * @returns its size in bytes; undefined when it is not whole: what `onRecord` was given is then of no use
 */
export function readSnapshot(path: string, onRecord: (record: SnapshotRecord) => void): number | undefined {
  let count = 0;
  let end: SnapshotEnd | undefined;
  const { goodBytes, tornBytes } = readRecords(path, (line) => {
    const record = line as SnapshotRecord | SnapshotEnd;
    if (record.type === 'end') end = record;
    else {
      count += 1;
      onRecord(record);
    }
  });
  return tornBytes === 0 && end?.count === count ? goodBytes : undefined;
}

function* pieces(records: readonly SnapshotRecord[]): Generator<string> {
  let lines: string[] = [];
  let length = 0;
  for (const record of records) {
    const line = encodeRecord(record);
    lines.push(line);
    length += line.length;
    if (length < MAX_WRITE_LENGTH) continue;
    yield lines.join('');
    lines = [];
    length = 0;
  }
  yield lines.join('') + encodeRecord({ type: 'end', count: records.length } satisfies SnapshotEnd);
}

async function append(file: { appendFile(text: string): Promise<void> }, text: string): Promise<number> {
  await file.appendFile(text);
  return Buffer.byteLength(text);
}
