import type { CheckDefinition } from '../../store/entries.js';
import { type CheckResult, cutOutput } from './check-result.js';

/** Makes a check once. */
export type Probe = (definition: CheckDefinition) => Promise<CheckResult>;

/** How much longer than its timeout a probe may take to tell so itself. */
const GRACE_MS = 1_000;

/**
 * What a probe finds. Never fails and always ends, whatever the probe does and whatever its target makes it do: one that throws is critical
 * with the text of its error, one that has not ended soon after the timeout of the check is critical without it.
 */
export async function probeGuarded(probe: Probe, definition: CheckDefinition): Promise<CheckResult> {
  const { promise: late, resolve } = Promise.withResolvers<CheckResult>();
  const isLate: CheckResult = { status: 'critical', output: 'context deadline exceeded' };
  const timer = setTimeout(() => resolve(isLate), (definition.timeoutMs ?? 0) + GRACE_MS);
  try {
    return await Promise.race([probe(definition), late]);
  } catch (error) {
    return { status: 'critical', output: cutOutput(error instanceof Error ? error.message : String(error)) };
  } finally {
    clearTimeout(timer);
  }
}
