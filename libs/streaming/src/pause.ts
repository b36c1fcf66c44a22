import { setTimeout as delay } from 'node:timers/promises';

/** Waits for `ms`, or until the signal says stop. Never rejects. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return;
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
