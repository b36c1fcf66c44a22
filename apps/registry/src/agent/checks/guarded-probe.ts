import type { CheckDefinition } from '../../store/entries.js';
import { type CheckResult, cutOutput } from './check-result.js';

/** Makes a check once; ends at once, and closes what it opened, when the signal is aborted. */
export type Probe = (definition: CheckDefinition, signal: AbortSignal) => Promise<CheckResult>;

/** How much longer than its timeout a probe may take to tell so itself. */
const GRACE_MS = 1_000;

/**
 * What a probe finds. Never fails and always ends, whatever the probe does and whatever its target makes it do: one that throws is critical
 * with the text of its error, one that has not ended soon after the timeout of the check is critical without it.
 *
 * @param ending aborted after the timeout of the check; whoever does it before ends the probe, whose result is then no one's
 */
export async function probeGuarded(probe: Probe, definition: CheckDefinition, ending: AbortController): Promise<CheckResult> {
  const { promise: late, resolve } = Promise.withResolvers<CheckResult>();
  const isLate: CheckResult = { status: 'critical', output: 'context deadline exceeded' };
  const { timeoutMs = 0 } = definition;
  // Timers of its own, that end with the probe: a timeout of Node's signals stays in memory until it is over.
  const deadline = setTimeout(() => ending.abort(), timeoutMs);
  const timer = setTimeout(() => resolve(isLate), timeoutMs + GRACE_MS);
  try {
    return await Promise.race([probe(definition, ending.signal), late]);
  } catch (error) {
    return { status: 'critical', output: cutOutput(error instanceof Error ? error.message : String(error)) };
  } finally {
    clearTimeout(deadline);
    clearTimeout(timer);
  }
}
