import type { AppError, FieldError } from './app-error.js';
import type { LocalizedTitle } from './error-code.js';

/** Media type of a problem (RFC 9457 section 3). */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** A problem detail (RFC 9457) with the platform's extension members. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail?: string;
  errors?: readonly FieldError[];
  traceId?: string;
}

/** Where this request was, for the reader of the problem. */
export interface ProblemContext {
  /** The request's `Accept-Language`; English when nothing in it is Chinese. */
  acceptLanguage?: string | undefined;
  traceId?: string | undefined;
}

/** Turns an error into what is sent: its code, title, detail and field errors; never its cause, context or stack. */
export function toProblem(error: AppError, context: ProblemContext = {}): Problem {
  const { detail, errors } = error.details;
  return {
    type: 'about:blank',
    title: error.definition.title[preferredLanguage(context.acceptLanguage)],
    status: error.status,
    code: error.code,
    ...(detail !== undefined && { detail }),
    ...(errors !== undefined && { errors }),
    ...(context.traceId !== undefined && { traceId: context.traceId }),
  };
}

/** The platform's language for an `Accept-Language` value (RFC 9110 section 12.5.4): whichever of zh and en comes first. */
export function preferredLanguage(acceptLanguage: string | undefined): keyof LocalizedTitle {
  const first = /(?:^|[\s,])(zh|en)(?=[-;,\s]|$)/i.exec(acceptLanguage?.slice(0, 256) ?? '');
  return first?.[1]?.toLowerCase() === 'zh' ? 'zh-CN' : 'en';
}
