import { AppError, CommonError } from '@app/errors';
import { context, createLogger, recordError } from '@app/telemetry';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AllowedMethods } from './allowed-methods.js';
import { sendProblem } from './send-problem.js';
import { toAppError } from './to-app-error.js';

/** Turns every error of a request into problem+json. What the caller did wrong is answered; what we did wrong is logged and answered without detail. */
@Catch()
export class ProblemExceptionFilter implements ExceptionFilter {
  private readonly logger = createLogger(ProblemExceptionFilter.name);

  /** @param routes tells 405 from 404 */
  constructor(private readonly routes: AllowedMethods) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw thrown;
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const error = request.is404 ? this.noRoute(request, reply) : toAppError(thrown);
    if (error.status >= 500) this.report(error, request);
    if (reply.sent || reply.raw.headersSent) {
      // The status is gone already: all that is left is to show that the answer is not whole.
      reply.raw.destroy();
      return;
    }
    sendProblem(request, reply, error);
  }

  private noRoute(request: FastifyRequest, reply: FastifyReply): AppError {
    const allowed = this.routes.of(request.url.split('?', 1)[0] ?? '');
    if (allowed.length === 0) return new AppError(CommonError.NOT_FOUND);
    reply.header('allow', allowed.join(', '));
    return new AppError(CommonError.METHOD_NOT_ALLOWED);
  }

  private report(error: AppError, request: FastifyRequest): void {
    const cause = error.code === CommonError.INTERNAL.code ? (error.cause ?? error) : error;
    const log = () => {
      this.logger.error({ err: cause, code: error.code, requestId: request.id, method: request.method }, 'A request failed');
    };
    if (!request.serverSpan) log();
    else {
      recordError(request.serverSpan.span, cause);
      context.with(request.serverSpan.context, log);
    }
  }
}
