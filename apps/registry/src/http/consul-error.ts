/** An answer that is an error as Consul writes it: a status and plain text. */
export class ConsulError extends Error {
  override readonly name = 'ConsulError';

  constructor(
    readonly status: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}
