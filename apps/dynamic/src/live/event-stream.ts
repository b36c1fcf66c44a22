import type { ServerResponse } from 'node:http';

/** What browsers wait before they connect again, in ms. */
const RECONNECT_MS = 3_000;

/** One reader of server-sent events, who sees one area. Ended when it does not keep up. */
export class EventStream {
  constructor(
    private readonly response: ServerResponse,
    readonly area: string,
    private readonly maxBuffered: number,
  ) {}

  /** Sends the head of the answer. Streams cannot be resumed: they begin with a snapshot, so event ids would say nothing. */
  begin(headers: Record<string, string | number | string[] | undefined>): void {
    this.response.writeHead(200, {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    this.write(`retry: ${RECONNECT_MS}\n\n`);
  }

  onClose(listener: () => void): void {
    this.response.once('close', listener);
  }

  /**
   * @param frames see {@link toFrame}
   * @returns false when too much of what was written before still waits: the reader is too slow, and gone now
   */
  write(frames: string): boolean {
    if (this.response.destroyed || this.response.writableEnded) return true;
    if (this.response.writableLength > this.maxBuffered) {
      this.response.destroy();
      return false;
    }
    this.response.write(frames);
    return true;
  }

  end(): void {
    this.response.end();
  }
}

/** An event on the wire. */
export function toFrame(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
