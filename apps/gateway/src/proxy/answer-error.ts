import { Header } from '@app/contracts';
import { AppError, CommonError } from '@app/errors';
import { createLogger } from '@app/telemetry';
import type { Exchange } from './exchange.js';
import { hasRequestBody } from './header-rules.js';
import { problemAnswer, sendAnswer } from './local-answer.js';

const logger = createLogger('Gateway');

/** Answers an exchange with a problem. What went wrong on this side is logged with its cause, of which the client is told nothing. */
export function answerError(exchange: Exchange, error: unknown): void {
  const known = error instanceof AppError ? error : new AppError(CommonError.INTERNAL, { cause: error });
  const { request, response, requestId, route, instance } = exchange;
  if (known.status >= 500) {
    const level = known.status === 500 ? 'error' : 'warn';
    logger[level]({ err: known, code: known.code, requestId, route: route?.id, instance }, 'Failed to handle a request');
  }
  exchange.errorCode = known.code;
  if (response.destroyed || response.headersSent) return;
  const headers = [...challenge(known, exchange), ...(requestId === '' ? [] : [Header.RequestId, requestId])];
  // The rest of a refused body is not waited for.
  if (!request.complete && hasRequestBody(request.headers)) headers.push('connection', 'close');
  const traceId = exchange.span?.isRecording() === true ? exchange.span.spanContext().traceId : undefined;
  sendAnswer(response, problemAnswer(known, { acceptLanguage: request.headers['accept-language'], traceId, headers }));
}

/** RFC 6750 section 3: a refused token is named as such, a missing one is not. */
function challenge(error: AppError, { request }: Exchange): string[] {
  if (error.status !== 401) return [];
  const reason = request.headers.authorization === undefined ? '' : ', error="invalid_token"';
  return ['www-authenticate', `Bearer realm="causeway"${reason}`];
}
