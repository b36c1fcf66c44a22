import { AppError } from '@app/errors';
import { PassRecordsError } from './pass-records.errors.js';

/** What an upload must bring on average, as it comes (packed or not), once its sender has been waited for during the first time. */
export const LEAST_BYTES_PER_SECOND = 1_024;
export const FIRST_MS = 10_000;

/**
 * Hands chunks on as long as they come fast enough. Only the time that is spent waiting for the sender counts, not the time that the reader takes.
 *
 * @throws AppError DYN_UPLOAD_TOO_SLOW as soon as the sender is too slow, while the next chunk may still be on its way
 */
export async function* withLeastSpeed(chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  let bytes = 0;
  let waitedMs = 0;
  for (;;) {
    const allowedMs = Math.max(FIRST_MS, (bytes / LEAST_BYTES_PER_SECOND) * 1_000);
    const since = performance.now();
    const next = await within(chunks.next(), allowedMs - waitedMs);
    if (next.done === true) return;
    waitedMs += performance.now() - since;
    bytes += next.value.length;
    yield next.value;
  }
}

async function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(tooSlow());
  }, ms);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function tooSlow(): AppError {
  return new AppError(PassRecordsError.DYN_UPLOAD_TOO_SLOW, {
    detail: `An upload must bring ${LEAST_BYTES_PER_SECOND} bytes per second on average after its first ${FIRST_MS / 1_000} seconds. Lines that were taken before stay taken; send it again`,
  });
}
