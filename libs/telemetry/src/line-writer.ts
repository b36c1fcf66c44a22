import { writeSync } from 'node:fs';
import type { DestinationStream } from 'pino';

/** Writes to a file descriptor and returns how many bytes it took: `writeSync` of `node:fs`. */
type Write = (descriptor: number, bytes: Uint8Array) => number;

/** A pipe whose reader is slow is waited for this long in all; then the line is dropped. */
const PATIENCE_MS = 100;
const PAUSE_MS = 5;

const STANDARD_OUTPUT = 1;
const NEWLINE = 0x0a;

/**
 * Where log lines go: to standard output, at once. What cannot be written (a full disk, a reader that has gone) is dropped, and how many
 * lines that were is said as soon as one can be written again: a service outlives its log.
 */
export class LineWriter implements DestinationStream {
  readonly #write: Write;
  readonly #describeLoss: (lines: number) => string;
  #lost = 0;
  #isMidLine = false;

  /** @param describeLoss the line that says how many were dropped, with its end of line */
  constructor(describeLoss: (lines: number) => string, write: Write = writeSync) {
    this.#describeLoss = describeLoss;
    this.#write = write;
  }

  /** @param line with its end of line */
  write(line: string): void {
    const text = this.#lost === 0 ? line : this.#describeLoss(this.#lost) + line;
    if (this.#writeWhole(Buffer.from(this.#isMidLine ? `\n${text}` : text))) this.#lost = 0;
    else this.#lost += 1;
  }

  /** @returns whether all of it was taken */
  #writeWhole(bytes: Buffer): boolean {
    const deadline = performance.now() + PATIENCE_MS;
    let written = 0;
    while (written < bytes.length) {
      try {
        written += this.#write(STANDARD_OUTPUT, bytes.subarray(written));
      } catch (error) {
        if (!isBusy(error) || performance.now() > deadline) break;
        pause();
      }
    }
    if (written > 0) this.#isMidLine = bytes[written - 1] !== NEWLINE;
    return written === bytes.length;
  }
}

function isBusy(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && (error.code === 'EAGAIN' || error.code === 'EBUSY');
}

const nobody = new Int32Array(new SharedArrayBuffer(4));

/** Blocks: a line is written before the work that it tells of goes on. */
function pause(): void {
  Atomics.wait(nobody, 0, 0, PAUSE_MS);
}
