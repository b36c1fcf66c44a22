import { Header } from '@app/contracts';
import { AppError, CommonError } from '@app/errors';
import { createLogger } from '@app/telemetry';
import type { Exchange } from './exchange.js';
import { hasRequestBody } from './header-rules.js';
import { problemAnswer, sendAnswer } from './local-answer.js';

const logger = createLogger('Gateway');

/** Answers an exchange with a problem; what is not an AppError is logged and told to the client as an internal error. */
export function answerError(exchange: Exchange, error: unknown): void {
  const known = error instanceof AppError ? error : new AppError(CommonError.INTERNAL, { cause: error });
  if (known.status === 500) logger.error({ err: error, requestId: exchange.requestId }, 'Failed to handle a request');
  const { request, response } = exchange;
  exchange.errorCode = known.code;
  if (response.destroyed || response.headersSent) return;
  const headers = [...challenge(known, exchange), ...(exchange.requestId === '' ? [] : [Header.RequestId, exchange.requestId])];
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
