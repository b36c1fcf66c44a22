/** Why an operation of a transaction cannot be done, in Consul's words. */
export class OperationFailed extends Error {}

/** @throws OperationFailed when it is not there, or false */
export function demand<T>(value: T | undefined | false, otherwise: string): T {
  if (value === undefined || value === false) throw new OperationFailed(otherwise);
  return value;
}
