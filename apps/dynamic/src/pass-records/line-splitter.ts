import { isUtf8 } from 'node:buffer';

/** A line of an upload that is not empty, or why it cannot be read. `number` counts from 1 over all lines. */
export type Line = { number: number; text: string } | { number: number; fault: string };

const LF = 0x0a;
const CR = 0x0d;
const BYTE_ORDER_MARK = 0xfeff;

/**
 * Cuts bytes into lines of text, whatever the chunks they come in. Ends of lines are LF or CRLF; the last line needs none. Keeps no more of a
 * line than the limit.
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
    // One byte more than the limit may be the CR of a CRLF.
    const content = bytes.at(-1) === CR && length === bytes.length ? bytes.subarray(0, -1) : bytes;
    if (length > this.maxBytes + 1 || content.length > this.maxBytes) {
      lines.push({ number: this.number, fault: `must be at most ${this.maxBytes} bytes long` });
    } else if (content.length > 0) lines.push(this.read(content));
  }

  private read(content: Buffer): Line {
    if (!isUtf8(content)) return { number: this.number, fault: 'must be UTF-8' };
    const text = content.toString('utf8');
    return { number: this.number, text: this.number === 1 && text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text };
  }

  private keep(part: Buffer): void {
    // Of a line that is too long only its length matters.
    if (this.restBytes <= this.maxBytes) this.rest.push(part);
    this.restBytes += part.length;
  }
}
