import type { ServerResponse } from 'node:http';
import { type AppError, PROBLEM_MEDIA_TYPE, toProblem } from '@app/errors';

/** An answer that the gateway gives itself. */
export interface LocalAnswer {
  readonly status: number;
  /** name, value, name, value */
  readonly headers: readonly string[];
  readonly body: string;
}

/** A problem+json answer (RFC 9457). */
export function problemAnswer(
  error: AppError,
  context: { acceptLanguage?: string | undefined; traceId?: string | undefined; headers?: readonly string[] } = {},
): LocalAnswer {
  const { retryAfterSeconds } = error.details;
  return {
    status: error.status,
    headers: [
      'content-type',
      PROBLEM_MEDIA_TYPE,
      'cache-control',
      'no-store',
      ...(retryAfterSeconds === undefined ? [] : ['retry-after', String(retryAfterSeconds)]),
      ...(context.headers ?? []),
    ],
    body: JSON.stringify(toProblem(error, context)),
  };
}

/** A redirect; nobody stores it. */
export function redirectAnswer(location: string, status: 302 | 303 = 302): LocalAnswer {
  return { status, headers: ['location', location, 'cache-control', 'no-store'], body: '' };
}

/** Sends a local answer and ends the response. */
export function sendAnswer(response: ServerResponse, { status, headers, body }: LocalAnswer): void {
  response.writeHead(status, [...headers, 'content-length', String(Buffer.byteLength(body))]);
  response.end(body);
}
