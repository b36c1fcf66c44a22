import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { AppError, CommonError } from '@app/errors';

/** A body is longer than allowed, or says so. @param limit bytes */
export function bodyTooLong(limit: number): AppError {
  return new AppError(CommonError.PAYLOAD_TOO_LARGE, { detail: `The request body may have ${limit} bytes at most.` });
}

/**
 * A request's body on its way upstream. It stands between the two because undici destroys the body of a request that ends early,
 * and destroying the incoming message would cut off the client before it has its answer. Nothing is read until the upstream
 * connection is there, so a request whose body has not begun can be sent elsewhere.
 */
export class RequestBody extends Readable {
  /** Whether any of it has been asked for. */
  hasBegun = false;
  private received = 0;

  constructor(
    private readonly source: IncomingMessage,
    private readonly limit: number,
  ) {
    super();
  }

  override _read(): void {
    if (this.hasBegun) {
      this.source.resume();
      return;
    }
    this.hasBegun = true;
    this.source.on('data', this.receive).once('end', this.finish).once('error', this.fail).once('close', this.cutOff);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.source.off('data', this.receive).off('end', this.finish).off('close', this.cutOff);
    // The error listener stays: a client that goes away later must not become an uncaught error.
    callback(error);
  }

  private readonly receive = (chunk: Buffer): void => {
    this.received += chunk.length;
    if (this.received > this.limit) this.destroy(bodyTooLong(this.limit));
    else if (!this.push(chunk)) this.source.pause();
  };

  private readonly finish = (): void => {
    this.push(null);
  };

  private readonly fail = (error: Error): void => {
    this.destroy(error);
  };

  /** Closed before its end: the client is gone. */
  private readonly cutOff = (): void => {
    if (!this.source.readableEnded) this.destroy(new Error('The client closed the connection'));
  };
}
