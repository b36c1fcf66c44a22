/**
 * A command that is applied without effect because the state contradicts it. It is decided when the command is applied and is the same at
 * every replay; `RegistryState.apply` returns it, and whoever proposed the command gets it thrown.
 */
export class Rejection extends Error {
  override readonly name = 'Rejection';

  /**
   * @param status of HTTP that it is answered with
   * @param cause what went wrong in applying it, where that was not foreseen
   */
  constructor(
    readonly status: number,
    message: string,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
  }
}
