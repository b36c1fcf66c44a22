/** Keys whose values never reach a log, whatever their spelling: `Authorization`, `client_secret`, `refreshToken`, `set-cookie`. */
const SECRET_KEY = /authorization|cookie|passw|secret|token|api-?key|private-?key|credential/i;
/** The password of an address: postgres://role:password@host. */
const ADDRESS_PASSWORD = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:)[^\s@/]+@/gi;
const CENSORED = '[redacted]';
const MAX_DEPTH = 5;
const MAX_CAUSES = 5;

/**
 * A copy of what is logged in which the values of secret keys (texts, lists and objects; numbers and booleans stay) are
 * censored, at any depth down to 5; deeper objects are left out. Errors stay as they are for {@link serializeError}.
 */
export function redact(fields: Record<string, unknown>): Record<string, unknown> {
  return redactObject(fields, 0);
}

/** `text` with the passwords of addresses in it censored. */
export function redactText(text: string): string {
  return text.includes('://') ? text.replace(ADDRESS_PASSWORD, `$1${CENSORED}@`) : text;
}

/** An error for the log: type, message, stack, code, context and the same of its causes; no other property (they may hold headers). */
export function serializeError(error: unknown): unknown {
  return error instanceof Error ? describe(error, 0) : redactValue('err', error, 0);
}

function describe(error: Error, depth: number): Record<string, unknown> {
  // Some libraries' errors have no message at all, whatever the type says.
  const { code, details, message } = error as { code?: unknown; details?: { context?: unknown }; message?: unknown };
  const context = details?.context;
  return {
    type: error.name,
    message: typeof message === 'string' ? redactText(message) : '',
    ...(typeof code === 'string' && { code }),
    ...(typeof context === 'object' && context !== null && { context: redactObject(context as Record<string, unknown>, 0) }),
    ...(error.stack !== undefined && { stack: redactText(error.stack) }),
    ...(error.cause instanceof Error && depth < MAX_CAUSES && { cause: describe(error.cause, depth + 1) }),
  };
}

function redactObject(fields: Record<string, unknown>, depth: number): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, redactValue(key, value, depth)]));
}

/** @param key under which the value stands; of an item of a list: none */
function redactValue(key: string, value: unknown, depth: number): unknown {
  if (typeof value !== 'object' && typeof value !== 'string') return value;
  if (value !== null && SECRET_KEY.test(key)) return CENSORED;
  if (typeof value === 'string') return redactText(value);
  if (value instanceof Error) return depth === 0 && key === 'err' ? value : serializeError(value);
  return value === null || value instanceof Date ? value : redactNested(value, depth);
}

function redactNested(value: object, depth: number): unknown {
  if (depth >= MAX_DEPTH) return undefined;
  if (Array.isArray(value)) return value.map((item) => redactValue('', item, depth + 1));
  return redactObject(value as Record<string, unknown>, depth + 1);
}
