/** A command that is not taken because a limit is reached; it is not in the log and has no effect. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  /** @param reason `full`: the state may hold no more; `busy`: the same command may be taken a moment later */
  constructor(
    readonly reason: 'full' | 'busy',
    message: string,
  ) {
    super(message);
  }
}

/** The refusal of what there is no room for. */
export function full(what: string): Refusal {
  return new Refusal('full', `Limit reached: ${what}`);
}
