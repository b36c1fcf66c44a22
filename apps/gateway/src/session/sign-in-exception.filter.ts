import { AppError, type AppErrorDetails, CommonError, type ErrorCode } from '@app/errors';
import { createLogger } from '@app/telemetry';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { languageOf, PLAIN_PAGE_HEADERS, renderPlainPage } from '../console/plain-page.js';
import { GatewayError } from '../gateway.errors.js';
import { isPageVisit } from '../proxy/page-visit.js';

const { title } = GatewayError.GW_SIGN_IN_FAILED;
const link = { href: '/login', label: { en: 'Sign in', 'zh-CN': '重新登录' } };

/** Why a sign-in failed, as it is said to a person. */
export const SignInFailure = {
  Cancelled: { en: 'You cancelled it. You can begin again at any time.', 'zh-CN': '您已取消登录，可随时重新开始。' },
  Over: {
    en: 'It took too long, was begun in another window, or was refused. Please begin again.',
    'zh-CN': '登录超时、在其他窗口中发起，或被拒绝。请重新登录。',
  },
  Broken: { en: 'This is not possible at the moment. Please try again in a few seconds.', 'zh-CN': '暂时无法登录，请稍后重试。' },
} as const;
export type SignInFailure = (typeof SignInFailure)[keyof typeof SignInFailure];

/** A sign-in of a person that failed: see {@link SignInExceptionFilter}. */
class PersonNotSignedInError extends AppError {
  constructor(
    definition: ErrorCode,
    details: AppErrorDetails,
    readonly failure: SignInFailure,
  ) {
    super(definition, details);
  }
}

/** What is thrown where a sign-in was not completed: a program gets the problem, as of any error. */
export function signInFailed(request: FastifyRequest, failure: SignInFailure, cause?: unknown): AppError {
  if (!isPageVisit(request.raw)) return new AppError(GatewayError.GW_SIGN_IN_FAILED, { cause });
  return new PersonNotSignedInError(GatewayError.GW_SIGN_IN_FAILED, { cause }, failure);
}

/** What is thrown where a sign-in failed by no fault of who signs in. */
export function signInBroke(request: FastifyRequest, error: unknown): AppError {
  const known = error instanceof AppError ? error : new AppError(CommonError.INTERNAL, { cause: error });
  return isPageVisit(request.raw) ? new PersonNotSignedInError(known.definition, known.details, SignInFailure.Broken) : known;
}

/** A person whose sign-in failed gets a page with the way back. Every other error is the platform's filter's. */
@Catch(PersonNotSignedInError)
export class SignInExceptionFilter implements ExceptionFilter<PersonNotSignedInError> {
  private readonly logger = createLogger(SignInExceptionFilter.name);

  catch(error: PersonNotSignedInError, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (error.status >= 500) {
      this.logger.error({ err: error, code: error.code, requestId: request.id, method: request.method }, 'A request failed');
    }
    const { retryAfterSeconds } = error.details;
    if (retryAfterSeconds !== undefined) void reply.header('retry-after', String(retryAfterSeconds));
    const page = renderPlainPage({ title, text: error.failure, link }, languageOf(request.headers));
    void reply.status(error.status).headers(PLAIN_PAGE_HEADERS).send(page);
  }
}
