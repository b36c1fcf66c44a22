/** Something went wrong that a person can mend: `message` is one sentence that names the port, program or path. */
export class Failure extends Error {
  override readonly name = 'Failure';
}

const DISK_FULL = new Set(['ENOSPC', 'EDQUOT']);

/** The system's code of an error, such as `ENOENT`. */
export function systemCode(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/**
 * What to tell a person about an error: one sentence for what was foreseen, the whole stack for what was not.
 *
 * @param place the folder at work, named when the error itself names none
 */
export function explain(error: unknown, place: string): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof Failure || error.name === 'EngineError') return error.message;
  const code = systemCode(error);
  const path = 'path' in error && typeof error.path === 'string' ? error.path : place;
  if (code !== undefined && DISK_FULL.has(code)) return `The disk that holds ${path} is full.`;
  if (code === 'EACCES' || code === 'EPERM') return `${path} may not be used by this user (${code}).`;
  if (code === 'EROFS') return `${path} is on a disk that can only be read.`;
  return error.stack ?? error.message;
}
