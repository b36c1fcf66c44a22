import type { CheckDefinition, CheckStatus } from '../../store/entries.js';
import type { CheckResult } from './check-result.js';

/** Holds a check's status back until it has been found often enough in a row. */
export class Thresholds {
  private successes: number;
  private failures: number;
  private readonly untilPassing: number;
  private readonly untilWarning: number;
  private readonly untilCritical: number;

  constructor({ successBeforePassing = 0, failuresBeforeCritical = 0, failuresBeforeWarning }: CheckDefinition) {
    this.untilPassing = successBeforePassing;
    this.untilCritical = failuresBeforeCritical;
    this.untilWarning = failuresBeforeWarning ?? failuresBeforeCritical;
    // What is found first is told at once.
    this.successes = this.untilPassing;
    this.failures = this.untilCritical;
  }

  /** @returns what is to be told of a result; undefined when it leaves everything as it is */
  take({ status, output }: CheckResult): CheckResult | undefined {
    const told = status === 'critical' ? this.countFailure() : this.countSuccess(status);
    return told && { status: told, output };
  }

  private countSuccess(status: CheckStatus): CheckStatus | undefined {
    this.successes += 1;
    this.failures = 0;
    return this.successes >= this.untilPassing ? status : undefined;
  }

  private countFailure(): CheckStatus | undefined {
    this.failures += 1;
    this.successes = 0;
    if (this.failures >= this.untilCritical) return 'critical';
    return this.failures >= this.untilWarning ? 'warning' : undefined;
  }
}
