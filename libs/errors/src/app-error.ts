import type { ErrorCode } from './error-code.js';

/** One thing wrong with the input: which field, and the rule it breaks. */
export interface FieldError {
  field: string;
  reason: string;
}

/** What one occurrence of an error adds to its code. */
export interface AppErrorDetails {
  /** Sent to the caller: one sentence, no secret, nothing of the inside. */
  detail?: string;
  /** Sent to the caller. */
  errors?: readonly FieldError[];
  /** Logged, never sent. */
  cause?: unknown;
  /** Logged, never sent: ids and counts. */
  context?: Readonly<Record<string, string | number | boolean>>;
  /** Sent as `Retry-After`, in seconds. */
  retryAfterSeconds?: number;
}

/** The one error class of the platform: a code of a closed list, and what this occurrence adds. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: string;
  readonly status: number;
  readonly retriable: boolean;

  constructor(
    readonly definition: ErrorCode,
    readonly details: AppErrorDetails = {},
  ) {
    super(details.detail ?? definition.title.en, { cause: details.cause });
    this.code = definition.code;
    this.status = definition.status;
    this.retriable = definition.retriable;
  }
}
