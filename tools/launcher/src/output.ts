import { appendFileSync } from 'node:fs';
import { systemCode } from './failure.ts';
import { rotateIfLarge } from './supervise/log-file.ts';

/** Takes one line for the person who started us. */
export type Say = (line: string) => void;

/** One line to standard output; a reader that has gone away is no reason to stop a platform. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** One line to standard error. */
export function complain(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Keeps a closed pipe (`npm start | head`, a terminal that was closed) from ending the process. */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    });
  }
}

/**
 * Says every line twice: to the person, and with the time to the launcher's own log. A log that cannot be written (a full disk) is no
 * reason to stop a platform: the person is told once, until it can be written again.
 */
export function sayAndLog(say: Say, logFile: string): Say {
  let isTold = false;
  return (line) => {
    say(line);
    if (line.trim() === '') return;
    try {
      rotateIfLarge(logFile);
      appendFileSync(logFile, `${new Date().toISOString()} ${line.trim()}\n`, { mode: 0o600 });
      isTold = false;
    } catch (error) {
      if (!isTold) say(`${logFile} cannot be written (${systemCode(error) ?? String(error)}).`);
      isTold = true;
    }
  };
}

/** Columns of plain text, each as wide as its widest cell. */
export function toTable(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** `0.8 s`, `12 s`, `3 min`, `5 h`, `2 d`. */
export function toDuration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}
