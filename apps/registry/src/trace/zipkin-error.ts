/** An answer that is an error as Zipkin writes it: a status and plain text. */
export class ZipkinError extends Error {
  override readonly name = 'ZipkinError';

  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}
