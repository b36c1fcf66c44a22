/** A part whose process runs. */
export interface RunningPart {
  readonly pid: number;
  readonly ended: Promise<ProcessEnd>;
  /** Asks the process to end in good order, and kills it when it has not in time. May be called again with less time. */
  stop(timeoutMs: number): Promise<void>;
}

/** How a process has ended: `code` is null after a signal. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** How an end of a process is told to people: `exit code 1`, `signal SIGKILL`. */
export function describeEnd({ code, signal }: ProcessEnd): string {
  return signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
}
