import { open } from 'node:fs/promises';

/** A log file, and where in it (in bytes) one start of a server begins. */
export interface LogPosition {
  logFile: string;
  from: number;
}

const LONGEST_LOOK_BACK = 64 * 1024;

/** What was logged since a position: the last 64 KiB of it at most. */
export async function readFrom({ logFile, from }: LogPosition): Promise<string> {
  const file = await open(logFile, 'r');
  try {
    const { size } = await file.stat();
    const start = Math.max(from, size - LONGEST_LOOK_BACK);
    const buffer = Buffer.alloc(size - start);
    await file.read(buffer, 0, buffer.length, start);
    return buffer.toString('utf8');
  } finally {
    await file.close();
  }
}
