import { Injectable } from '@nestjs/common';
import { redactText } from './redaction.js';

/** `degraded`: works with less (still ready). */
export type HealthState = 'up' | 'down' | 'degraded';

/** The outcome of one check. `detail`: one sentence for an operator, no secret. */
export interface HealthStatus {
  status: HealthState;
  detail?: string;
}

/** The body of `GET /health/ready`: `down` when any check is down; a degraded check leaves the service up. */
export interface HealthReport {
  status: 'up' | 'down';
  checks: Record<string, HealthStatus>;
}

/** A check of one thing that the service needs; a rejection or a late answer counts as down. */
export type HealthCheck = () => Promise<HealthStatus> | HealthStatus;

/** What a check may take, unless it says otherwise, in ms. */
export const HEALTH_CHECK_TIMEOUT_MS = 2_000;

/** The checks of this service. Libs and apps register theirs; `libs/service` answers `/health/ready` from it. */
@Injectable()
export class HealthRegistry {
  private readonly checks = new Map<string, { check: HealthCheck; timeoutMs: number }>();

  /**
   * Adds a check; the same name replaces.
   *
   * @param options `timeoutMs`: how long the check may take
   * @returns removes the check again
   */
  register(name: string, check: HealthCheck, options: { timeoutMs?: number } = {}): () => void {
    const entry = { check, timeoutMs: options.timeoutMs ?? HEALTH_CHECK_TIMEOUT_MS };
    this.checks.set(name, entry);
    return () => {
      if (this.checks.get(name) === entry) this.checks.delete(name);
    };
  }

  /** Runs every check at once. Never rejects. */
  async report(): Promise<HealthReport> {
    const outcomes = await Promise.all(
      [...this.checks].map(async ([name, { check, timeoutMs }]) => [name, await runCheck(check, timeoutMs)] as const),
    );
    const isDown = outcomes.some(([, outcome]) => outcome.status === 'down');
    return { status: isDown ? 'down' : 'up', checks: Object.fromEntries(outcomes) };
  }
}

async function runCheck(check: HealthCheck, timeoutMs: number): Promise<HealthStatus> {
  const { promise: late, resolve } = Promise.withResolvers<HealthStatus>();
  const timer = setTimeout(() => {
    resolve({ status: 'down', detail: `no answer within ${timeoutMs} ms` });
  }, timeoutMs);
  try {
    return await Promise.race([check(), late]);
  } catch (error) {
    return { status: 'down', detail: error instanceof Error ? redactText(error.message) : 'failed' };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The registry of this process: one service runs in one process, and libs that are not Nest modules need it too. Nest injects the
 * same object under the class's token (see `TelemetryModule`).
 */
export const healthRegistry = new HealthRegistry();
