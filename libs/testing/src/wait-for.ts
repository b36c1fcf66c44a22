/** How long and how often {@link waitFor} looks. */
export interface WaitOptions {
  /** 20 s unless said: a machine under load is slow, and what holds is seen at once. */
  timeoutMs?: number;
  /** 20 ms unless said. */
  intervalMs?: number;
  /** What is waited for, for the message. */
  what?: string;
}

/**
 * Waits until a condition holds: looks, and looks again after a pause.
 *
 * @param condition gives something truthy when it holds; what it throws counts as not yet
 * @returns what the condition gave
 * @throws Error when it did not hold in time, with the condition's last error as cause
 */
export async function waitFor<T>(condition: () => T | Promise<T>, options: WaitOptions = {}): Promise<NonNullable<T>> {
  const { timeoutMs = 20_000, intervalMs = 20, what = 'The condition' } = options;
  const deadline = performance.now() + timeoutMs;
  let lastError: unknown;
  do {
    try {
      const outcome = await condition();
      if (outcome) return outcome;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  } while (performance.now() < deadline);
  throw new Error(`${what} did not hold within ${timeoutMs} ms.`, { cause: lastError });
}
