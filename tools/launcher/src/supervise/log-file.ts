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

/** The end of a log. */
export interface LogTail {
  /** Whole lines. */
  lines: string[];
  /** A line that is just being written, or that a crash cut off. */
  rest: string;
  /** Where the whole lines end, in bytes. */
  end: number;
}

/** The last lines of a file, without reading the whole of it; none when there is no such file. */
export async function readTail(path: string, lines: number, from = 0): Promise<LogTail> {
  const file = await open(path, 'r').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (file === undefined) return { lines: [], rest: '', end: 0 };
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
    const found = text.split('\n').map((line) => Buffer.from(line, 'latin1'));
    const rest = found.pop() ?? Buffer.alloc(0);
    return { lines: lines === 0 ? [] : found.slice(-lines).map(String), rest: String(rest), end: size - rest.length };
  } finally {
    await file.close();
  }
}
