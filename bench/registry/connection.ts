import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** One answer. */
export interface Answer {
  readonly status: number;
  readonly head: string;
  /** Empty unless the request asked to keep it. */
  readonly body: string;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const NEWLINE = Buffer.from('\r\n');
const NOTHING: Buffer = Buffer.alloc(0);
const TIMEOUT_MS = 60_000;

/** A request as it goes over the wire. */
export function encode(method: string, path: string, body = ''): string {
  return `${method} ${path} HTTP/1.1\r\nHost: bench\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/**
 * A connection that is kept and carries one request at a time. Bare on purpose: it costs a fraction of what the servers do for a request,
 * so that a server's speed is measured and not a client's.
 */
export class Connection {
  private unread = NOTHING;
  private head: string | undefined;
  /** Bytes of the body, or of its chunk, that are to come; undefined while the size of the next chunk is. */
  private left: number | undefined;
  private isChunked = false;
  private parts: Buffer[] | undefined;
  private waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined;

  private readonly socket: Socket;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
    socket.on('data', (bytes) => this.take(bytes));
    socket.on('error', (error) => this.waiting?.reject(error));
    socket.on('close', () => this.waiting?.reject(new Error('The server closed the connection')));
  }

  static async open(address: URL): Promise<Connection> {
    const socket = connect(Number(address.port), address.hostname);
    await once(socket, 'connect');
    return new Connection(socket);
  }

  static openMany(address: URL, count: number): Promise<Connection[]> {
    return Promise.all(Array.from({ length: count }, () => Connection.open(address)));
  }

  /** @param keepBody whether the body is wanted */
  ask(request: string, keepBody = false): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.parts = keepBody ? [] : undefined;
      this.socket.write(request);
    });
  }

  close(): void {
    this.waiting = undefined;
    this.socket.destroy();
  }

  private take(bytes: Buffer): void {
    this.unread = this.unread.length === 0 ? bytes : Buffer.concat([this.unread, bytes]);
    while (this.head === undefined ? this.takeHead() : this.left === undefined ? this.takeChunkSize() : this.takeBody());
  }

  /** Each of these returns whether there may be more to do with what is there. */
  private takeHead(): boolean {
    const end = this.unread.indexOf(HEAD_END);
    if (end === -1) return false;
    this.head = this.unread.toString('latin1', 0, end).toLowerCase();
    this.unread = this.unread.subarray(end + HEAD_END.length);
    this.isChunked = this.head.includes('\r\ntransfer-encoding: chunked');
    this.left = this.isChunked ? undefined : Number(/\r\ncontent-length: (\d+)/.exec(this.head)?.[1] ?? 0);
    return true;
  }

  private takeChunkSize(): boolean {
    const end = this.unread.indexOf(NEWLINE);
    if (end === -1) return false;
    const size = parseInt(this.unread.toString('latin1', 0, end), 16);
    // Behind every chunk, and behind the last, empty one, is a line end.
    if (size === 0 && this.unread.length < end + 2 * NEWLINE.length) return false;
    this.unread = this.unread.subarray(end + NEWLINE.length);
    this.left = size + NEWLINE.length;
    if (size === 0) this.isChunked = false;
    return true;
  }

  private takeBody(): boolean {
    const left = this.left ?? 0;
    const part = this.unread.subarray(0, left);
    this.parts?.push(part);
    this.unread = this.unread.subarray(part.length);
    this.left = left - part.length;
    if (this.left > 0) return false;
    this.left = undefined;
    if (this.isChunked) return true;
    this.finish();
    return this.unread.length > 0;
  }

  private finish(): void {
    const { waiting, head = '', parts = [] } = this;
    this.head = undefined;
    this.waiting = undefined;
    waiting?.resolve({ status: Number(head.slice(9, 12)), head, body: Buffer.concat(parts).toString() });
  }
}
