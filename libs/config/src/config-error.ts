import { StartRefusedError } from '@app/errors';

/** One thing wrong with the configuration. */
export interface ConfigProblem {
  /** The full key, such as `gateway.rateLimit.burst`; the name of the document when it cannot be read at all. */
  key: string;
  /** Where the value came from: `environment X`, `KV config/gateway/data`, `file gateway.yaml`, `default`. */
  source: string;
  /** The rule that is broken; never a value. */
  reason: string;
  /** The value, where it is short and its key is no secret: for the log and the terminal, not for what others can ask for. */
  got?: string;
}

/** The configuration cannot be used: every problem at once. */
export class ConfigError extends StartRefusedError {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly ConfigProblem[]) {
    super(`Invalid configuration:\n${problems.map((problem) => `  - ${describeProblem(problem)}`).join('\n')}`);
  }
}

/** One line for a log or a terminal. */
export function describeProblem(problem: ConfigProblem): string {
  return `${describeRule(problem)}${problem.got === undefined ? '' : ` (got "${problem.got}")`}`;
}

/** One line that shows no value. */
export function describeRule({ key, source, reason }: ConfigProblem): string {
  // A document that cannot be read at all is its own key.
  return key === source ? `${source}: ${reason}` : `${key} (${source}): ${reason}`;
}
