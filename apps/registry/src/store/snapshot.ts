import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { SnapshotRecord } from './command.js';
import { encodeRecord, readRecords } from './record-file.js';

const RECORDS_PER_TURN = 2_000;

interface SnapshotEnd {
  type: 'end';
  count: number;
}

/**
 * Writes a snapshot: whole and on disk under its name, or not there at all. Gives way to requests in between.
 *
 * @returns its size in bytes
 */
export async function writeSnapshot(path: string, records: readonly SnapshotRecord[]): Promise<number> {
  const temporary = `${path}.tmp`;
  const file = await open(temporary, 'w', 0o600);
  let size = 0;
  try {
    for (let at = 0; at < records.length; at += RECORDS_PER_TURN) {
      size += await append(
        file,
        records
          .slice(at, at + RECORDS_PER_TURN)
          .map(encodeRecord)
          .join(''),
      );
      await turn();
    }
    size += await append(file, encodeRecord({ type: 'end', count: records.length } satisfies SnapshotEnd));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  await syncFolder(dirname(path));
  return size;
}

/** Reads a snapshot; undefined when it is not whole. */
export async function readSnapshot(path: string): Promise<SnapshotRecord[] | undefined> {
  const { records, tornBytes } = await readRecords(path);
  const end = records.pop() as SnapshotEnd | undefined;
  return tornBytes === 0 && end?.type === 'end' && end.count === records.length ? (records as SnapshotRecord[]) : undefined;
}

/** Makes new names in a folder last. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function append(file: { appendFile(text: string): Promise<void> }, text: string): Promise<number> {
  await file.appendFile(text);
  return Buffer.byteLength(text);
}
