/// <reference lib="esnext.error" />
/** SQLSTATE of PostgreSQL's errors that are handled by code: appendix A of its manual. */
export const SqlState = {
  SerializationFailure: '40001',
  DeadlockDetected: '40P01',
  UniqueViolation: '23505',
} as const;

/** Class 08: connection exceptions. 57P01-57P03: the server stops, crashed or starts. 53300: too many connections. */
const CONNECTION_STATE = /^(08...|57P0[123]|53300)$/;

/** 57014: a statement took too long; 55P03: a lock was not free in time. */
const TIMEOUT_STATES = ['57014', '55P03'];

const CONNECTION_CODES = ['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

/** What node-postgres and its pool say without a code. */
const CONNECTION_MESSAGE =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Driver not Connected/;

/** The code of an error of PostgreSQL (SQLSTATE) or of the system (`ECONNREFUSED`), also where TypeORM has wrapped it. */
export function sqlStateOf(error: unknown): string | undefined {
  if (!Error.isError(error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  if ('driverError' in error) return sqlStateOf(error.driverError);
  return undefined;
}

/** Whether the database could not be reached or was going away: the same may succeed later. */
export function isConnectionError(error: unknown): boolean {
  if (Error.isError(error) && 'errors' in error && Array.isArray(error.errors)) return error.errors.some(isConnectionError);
  const code = sqlStateOf(error);
  if (code !== undefined && (CONNECTION_STATE.test(code) || CONNECTION_CODES.includes(code))) return true;
  return Error.isError(error) && CONNECTION_MESSAGE.test(error.message);
}

/** Whether a statement was ended because it, or its wait for a lock, took longer than `database.statementTimeoutMs` or `lockTimeoutMs`. */
export function isTimeout(error: unknown): boolean {
  return TIMEOUT_STATES.includes(sqlStateOf(error) ?? '');
}

/**
 * Whether a row was refused because another has the same key.
 *
 * @param constraint name of the constraint or unique index; any unless given
 */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (sqlStateOf(error) !== SqlState.UniqueViolation) return false;
  return constraint === undefined || constraintOf(error) === constraint;
}

function constraintOf(error: unknown): unknown {
  if (!Error.isError(error)) return undefined;
  if ('constraint' in error) return error.constraint;
  return 'driverError' in error ? constraintOf(error.driverError) : undefined;
}
