import { AppError, type ErrorCode } from '@app/errors';
import { GatewayError } from '../gateway.errors.js';

/** By the code of an error of undici or the system. Whatever else goes wrong with an upstream is a bad gateway (RFC 9110 section 15.6.3). */
const BY_CODE: Readonly<Record<string, ErrorCode>> = {
  UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: GatewayError.GW_BAD_REQUEST,
  UND_ERR_INVALID_ARG: GatewayError.GW_BAD_REQUEST,
  UND_ERR_NOT_SUPPORTED: GatewayError.GW_BAD_REQUEST,
  UND_ERR_CONNECT_TIMEOUT: GatewayError.GW_UPSTREAM_TIMEOUT,
  UND_ERR_HEADERS_TIMEOUT: GatewayError.GW_UPSTREAM_TIMEOUT,
  UND_ERR_BODY_TIMEOUT: GatewayError.GW_UPSTREAM_TIMEOUT,
  ETIMEDOUT: GatewayError.GW_UPSTREAM_TIMEOUT,
  ECONNREFUSED: GatewayError.GW_UPSTREAM_UNREACHABLE,
  ENOTFOUND: GatewayError.GW_UPSTREAM_UNREACHABLE,
  EAI_AGAIN: GatewayError.GW_UPSTREAM_UNREACHABLE,
  EHOSTUNREACH: GatewayError.GW_UPSTREAM_UNREACHABLE,
  ENETUNREACH: GatewayError.GW_UPSTREAM_UNREACHABLE,
};

/** What the client is told about a request that failed at its upstream. */
export function toGatewayError(cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  return new AppError(BY_CODE[errorCodeOf(cause)] ?? GatewayError.GW_UPSTREAM_BROKEN, { cause });
}

/** The code of a system or undici error; of an AggregateError (several addresses tried), the first one's. */
export function errorCodeOf(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return errorCodeOf(cause.errors[0]);
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
}
