import type { CheckDefinition } from '../../store/entries.js';

/** Aborted once the time of a check is over; Node takes whole milliseconds only. */
export function deadlineOf({ timeoutMs = 0 }: CheckDefinition): AbortSignal {
  return AbortSignal.timeout(Math.ceil(timeoutMs));
}
