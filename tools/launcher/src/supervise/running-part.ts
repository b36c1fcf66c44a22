/** A part whose process runs. */
export interface RunningPart {
  readonly pid: number;
  /** Settles once the process has ended, with how: `exit code 1`, `signal SIGKILL`. */
  readonly ended: Promise<string>;
  /** Asks the process to end in good order, and kills it when it has not in time. May be called again with less time. */
  stop(timeoutMs: number): Promise<void>;
}

/** How an end of a process is told to people. */
export function describeEnd(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
}
