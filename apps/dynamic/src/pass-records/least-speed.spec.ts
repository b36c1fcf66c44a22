import { jest } from '@jest/globals';
import { FIRST_MS, LEAST_BYTES_PER_SECOND, withLeastSpeed } from './least-speed.js';

const isTooSlow = expect.objectContaining({ code: 'DYN_UPLOAD_TOO_SLOW', status: 408, retriable: true }) as unknown;

/** Chunks of a size, one after each pause; the last pause never ends unless the sender ends. */
async function* senderOf(chunks: readonly { afterMs: number; bytes: number }[], ends = true): AsyncGenerator<Buffer> {
  for (const { afterMs, bytes } of chunks) {
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    yield Buffer.alloc(bytes);
  }
  if (!ends) await new Promise(() => undefined);
}

/** Reads all, taking some time for each chunk. @returns the bytes read or the error, and when it was over */
async function read(chunks: AsyncIterator<Buffer>, busyMs = 0): Promise<{ bytes: number; error?: unknown; seconds: number }> {
  const since = performance.now();
  let bytes = 0;
  const over = () => ({ bytes, seconds: Math.round((performance.now() - since) / 1_000) });
  try {
    for await (const chunk of withLeastSpeed(chunks)) {
      bytes += chunk.length;
      if (busyMs > 0) await new Promise((resolve) => setTimeout(resolve, busyMs));
    }
    return over();
  } catch (error) {
    return { ...over(), error };
  }
}

async function inFakeTime<T>(outcome: Promise<T>): Promise<T> {
  await jest.advanceTimersByTimeAsync(3_600_000);
  return outcome;
}

describe('withLeastSpeed', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const every = (afterMs: number, bytes: number, times: number) => Array.from({ length: times }, () => ({ afterMs, bytes }));

  it('ends an upload that trickles as soon as its first time is over', async () => {
    expect(await inFakeTime(read(senderOf(every(4_000, 1, 1_000))))).toEqual({ bytes: 2, seconds: FIRST_MS / 1_000, error: isTooSlow });
  });

  it('ends an upload that stops when its average falls below the least', async () => {
    const sender = senderOf([{ afterMs: 1_000, bytes: 60 * LEAST_BYTES_PER_SECOND }], false);
    expect(await inFakeTime(read(sender))).toMatchObject({ seconds: 60, error: isTooSlow });
  });

  it('takes an upload that is a little faster, however long it takes', async () => {
    expect(await inFakeTime(read(senderOf(every(1_000, 1_250, 600))))).toEqual({ bytes: 750_000, seconds: 600 });
  });

  it('takes a small upload that comes late', async () => {
    expect(await inFakeTime(read(senderOf(every(3_000, 10, 3))))).toEqual({ bytes: 30, seconds: 9 });
  });

  it('does not hold the time that the reader takes against the sender', async () => {
    expect(await inFakeTime(read(senderOf(every(1_000, LEAST_BYTES_PER_SECOND, 9)), 60_000))).toEqual({ bytes: 9_216, seconds: 549 });
  });
});
