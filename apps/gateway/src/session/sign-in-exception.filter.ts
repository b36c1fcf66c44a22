import { AppError, preferredLanguage, PROBLEM_MEDIA_TYPE } from '@app/errors';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { renderPlainPage } from '../console/plain-page.js';
import { GatewayError } from '../gateway.errors.js';
import { problemAnswer } from '../proxy/local-answer.js';
import { isPageVisit } from '../proxy/page-visit.js';

const NOT_SIGNED_IN = {
  title: GatewayError.GW_SIGN_IN_FAILED.title,
  text: {
    en: 'It took too long, was begun in another window, or was refused.',
    'zh-CN': '登录超时、在其他窗口中发起，或被拒绝。',
  },
  link: { href: '/login', label: { en: 'Sign in', 'zh-CN': '重新登录' } },
};

/** A person whose sign-in failed gets a page with the way back; a program gets a problem. */
@Catch(AppError)
export class SignInExceptionFilter implements ExceptionFilter<AppError> {
  catch(error: AppError, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const acceptLanguage = request.headers['accept-language'];
    void reply.status(error.status).header('cache-control', 'no-store');
    if (error.code === GatewayError.GW_SIGN_IN_FAILED.code && isPageVisit(request.raw)) {
      void reply.type('text/html; charset=utf-8').send(renderPlainPage(NOT_SIGNED_IN, preferredLanguage(acceptLanguage)));
    } else {
      void reply.type(PROBLEM_MEDIA_TYPE).send(problemAnswer(error, { acceptLanguage }).body);
    }
  }
}
