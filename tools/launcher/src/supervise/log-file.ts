import { copyFileSync, renameSync, statSync, truncateSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { systemCode } from '../failure.ts';

/** A log grows to this size, then becomes `<name>.1`; that one becomes `<name>.2`, and the former `<name>.2` is gone. */
const MAX_BYTES = 8 * 1024 * 1024;

/**
 * Keeps a log bounded. The file is copied and emptied, not renamed: the process that writes to it holds it open (for appending).
 */
export function rotateIfLarge(path: string, maxBytes = MAX_BYTES): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= maxBytes) return;
  try {
    if (statSync(`${path}.1`, { throwIfNoEntry: false }) !== undefined) renameSync(`${path}.1`, `${path}.2`);
    copyFileSync(path, `${path}.1`);
  } catch (error) {
    // A full disk cannot take the copy: then the old lines go, so that the new ones have room.
    if (systemCode(error) !== 'ENOSPC') throw error;
  }
  truncateSync(path);
}

/** The last lines of a file, without reading the whole of it; none when there is no such file. */
export async function readTail(path: string, lines: number, from = 0): Promise<string[]> {
  const file = await open(path, 'r').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (file === undefined) return [];
  try {
    const { size } = await file.stat();
    let start = size;
    let text = '';
    while (start > from && text.split('\n').length <= lines + 1) {
      const length = Math.min(64 * 1024, start - from);
      start -= length;
      const { buffer } = await file.read(Buffer.alloc(length), 0, length, start);
      text = buffer.toString('latin1') + text;
    }
    const found = Buffer.from(text, 'latin1').toString('utf8').split('\n');
    if (found.at(-1) === '') found.pop();
    return lines === 0 ? [] : found.slice(-lines);
  } finally {
    await file.close();
  }
}
