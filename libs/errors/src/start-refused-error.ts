/**
 * A service cannot start until a person mends something: a setting, a damaged file. Another try would end the same. The message is
 * one sentence that names it, without a secret.
 */
export class StartRefusedError extends Error {
  override readonly name: string = 'StartRefusedError';
}
