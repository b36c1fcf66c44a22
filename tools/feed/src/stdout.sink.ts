import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { emptyTally, type Sink } from './sink.ts';

/** Writes lines to a stream, no faster than its reader takes them. */
export class StdoutSink implements Sink {
  readonly tally = emptyTally();
  readonly #output: Writable;

  constructor(output: Writable = process.stdout) {
    this.#output = output;
  }

  async write(lines: readonly string[], signal: AbortSignal): Promise<void> {
    const hasRoom = this.#output.write(`${lines.join('\n')}\n`);
    this.tally.sent += lines.length;
    this.tally.accepted += lines.length;
    if (!hasRoom) await once(this.#output, 'drain', { signal });
  }
}
