/// <reference lib="esnext.error" />
const CONNECTION_CODES = ['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];
const CONNECTION_NAMES = ['MaxRetriesPerRequestError', 'ClusterAllFailedError', 'AbortError'];
const CONNECTION_MESSAGE = /^(Command timed out|Connection is closed|Stream isn't writeable|LOADING |CLUSTERDOWN |MASTERDOWN )/;

/** Whether Redis could not be reached, did not answer in time or is not ready: the same may succeed later. */
export function isRedisConnectionError(error: unknown): boolean {
  if (!Error.isError(error)) return false;
  if ('code' in error && CONNECTION_CODES.includes(String(error.code))) return true;
  return CONNECTION_NAMES.includes(error.name) || CONNECTION_MESSAGE.test(error.message);
}
