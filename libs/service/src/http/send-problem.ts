import { type AppError, PROBLEM_MEDIA_TYPE, toProblem } from '@app/errors';
import { traceIdOf } from '@app/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Answers a request with an error in the platform's one shape, in the language that it asks for. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, error: AppError): void {
  const problem = toProblem(error, {
    acceptLanguage: request.headers['accept-language'],
    traceId: request.serverSpan ? traceIdOf(request.serverSpan.span) : undefined,
  });
  if (error.details.retryAfterSeconds !== undefined) reply.header('retry-after', String(error.details.retryAfterSeconds));
  // RFC 9110 section 11.6.1: a 401 names the scheme that is wanted.
  if (error.status === 401 && !reply.hasHeader('www-authenticate')) reply.header('www-authenticate', 'Bearer');
  // As bytes: to a text Fastify would add a charset, which the media type does not have.
  reply
    .status(error.status)
    .header('content-type', PROBLEM_MEDIA_TYPE)
    .header('cache-control', 'no-store')
    .send(Buffer.from(JSON.stringify(problem)));
}
