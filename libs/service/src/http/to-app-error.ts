import { AppError, CommonError, type ErrorCode } from '@app/errors';
import { HttpException } from '@nestjs/common';

const BY_STATUS: Readonly<Record<number, ErrorCode>> = Object.fromEntries(
  Object.values(CommonError).map((definition) => [definition.status, definition]),
);
/** Texts that say no more than the status does. */
const EMPTY_MESSAGE =
  /^(?:Bad Request|Unauthorized|Forbidden(?: resource)?|Not Found|Conflict|Too Many Requests|Http Exception|Cannot [A-Z]+ )/;

/**
 * Any error as one of the platform's: an AppError as it is, a HttpException (Nest's own; Fastify's are turned into one by Nest) by its
 * status, with its message when that is below 500, and everything else as INTERNAL, with the error as its cause and nothing sent.
 */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof HttpException) return fromStatus(error.getStatus(), messageOf(error), error);
  const { statusCode, message } = (error ?? {}) as { statusCode?: unknown; message?: unknown };
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500)
    return fromStatus(statusCode, typeof message === 'string' ? message : '', error);
  return new AppError(CommonError.INTERNAL, { cause: error });
}

function fromStatus(status: number, message: string, cause: unknown): AppError {
  if (status >= 500) return new AppError(BY_STATUS[status] ?? CommonError.INTERNAL, { cause });
  const detail = message === '' || EMPTY_MESSAGE.test(message) ? undefined : message;
  return new AppError(BY_STATUS[status] ?? CommonError.INPUT_INVALID, { cause, ...(detail !== undefined && { detail }) });
}

function messageOf(exception: HttpException): string {
  const response = exception.getResponse();
  if (typeof response === 'string') return response;
  const { message } = response as { message?: unknown };
  return Array.isArray(message) ? message.join('; ') : typeof message === 'string' ? message : exception.message;
}
