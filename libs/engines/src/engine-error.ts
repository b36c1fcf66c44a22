/** Why an engine could not be started. */
export type EngineErrorCode =
  | 'port-in-use'
  | 'already-running'
  | 'wrong-version'
  | 'broken-data'
  | 'disk-full'
  | 'no-account'
  | 'not-installed'
  | 'not-permitted'
  | 'start-failed'
  | 'start-timeout';

/** An engine could not be started; `message` is one sentence for a person that names the port, program or path. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: EngineErrorCode;

  constructor(code: EngineErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** Whether an error of the system carries one of these codes (`ENOENT`). */
export function hasSystemCode(error: unknown, ...codes: string[]): boolean {
  // Not `instanceof Error`: under Jest the system's errors are of another realm.
  return typeof error === 'object' && error !== null && 'code' in error && codes.includes(String(error.code));
}
