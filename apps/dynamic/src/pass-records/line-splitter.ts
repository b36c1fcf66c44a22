import { isUtf8 } from 'node:buffer';

/** A line of an upload that is not empty, or why it cannot be read. `number` counts from 1 over all lines. */
export type Line = { number: number; text: string } | { number: number; fault: string };

const LF = 0x0a;
const CR = 0x0d;
const BYTE_ORDER_MARK = Buffer.from('\ufeff');

/**
 * Cuts bytes into lines of text, whatever the chunks they come in. Ends of lines are LF or CRLF; the last line needs none. A byte order mark
 * before the first line is no part of it. Keeps no more of a line than the limit and a chunk.
 */
export class LineSplitter {
  private rest: Buffer[] = [];
  private restBytes = 0;
  private number = 0;

  /** @param maxBytes longest line, without its end */
  constructor(private readonly maxBytes: number) {}

  /** Lines begun so far. */
  get count(): number {
    return this.number;
  }

  /** @returns the lines that end in this chunk */
  push(chunk: Buffer): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      this.finish(chunk.subarray(start, end), lines);
      start = end + 1;
    }
    if (start < chunk.length) this.keep(chunk.subarray(start));
    return lines;
  }

  /** @returns the last line, when it had no end */
  end(): Line[] {
    const lines: Line[] = [];
    if (this.restBytes > 0) this.finish(Buffer.alloc(0), lines);
    return lines;
  }

  private finish(tail: Buffer, lines: Line[]): void {
    this.number += 1;
    const length = this.restBytes + tail.length;
    const bytes = this.rest.length === 0 ? tail : Buffer.concat([...this.rest, tail]);
    this.rest = [];
    this.restBytes = 0;
    const content = this.withoutMarks(bytes);
    if (length !== bytes.length || content.length > this.maxBytes) {
      lines.push({ number: this.number, fault: `must be at most ${this.maxBytes} bytes long` });
    } else if (content.length > 0) lines.push(this.read(content));
  }

  private read(content: Buffer): Line {
    if (!isUtf8(content)) return { number: this.number, fault: 'must be UTF-8' };
    return { number: this.number, text: content.toString('utf8') };
  }

  /** The bytes of a whole line without the CR of a CRLF, and without a byte order mark at the start of the upload. */
  private withoutMarks(bytes: Buffer): Buffer {
    const hasMark = this.number === 1 && bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
    return bytes.subarray(hasMark ? BYTE_ORDER_MARK.length : 0, bytes.at(-1) === CR ? -1 : undefined);
  }

  private keep(part: Buffer): void {
    // Of a line that is too long, whatever marks it has, only its length matters.
    if (this.restBytes <= this.maxBytes + BYTE_ORDER_MARK.length) this.rest.push(part);
    this.restBytes += part.length;
  }
}
