/** What became of the lines sent so far. */
export interface Tally {
  sent: number;
  accepted: number;
  duplicates: number;
  rejected: number;
}

/** Takes batches of JSON lines; a batch is done with once `write` has resolved. */
export interface Sink {
  readonly tally: Readonly<Tally>;
  /** @throws SinkError when the batch cannot be delivered, now or later */
  write(lines: readonly string[], signal: AbortSignal): Promise<void>;
}

/** The sink cannot go on: a refusal that waiting does not mend. */
export class SinkError extends Error {
  override readonly name = 'SinkError';
}

/** A tally with nothing sent. */
export function emptyTally(): Tally {
  return { sent: 0, accepted: 0, duplicates: 0, rejected: 0 };
}
