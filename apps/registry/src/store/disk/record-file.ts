import { closeSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { MAX_LINE_BYTES } from '../../limits.js';

const CHECKSUM_LENGTH = 8;
const NEWLINE = 0x0a;
const PIECE_BYTES = 256 * 1024;

/** How much of a file of records is whole. */
export interface RecordFile {
  /** Bytes that hold whole records. */
  readonly goodBytes: number;
  /** Bytes after them: records that were being written when the process or the machine stopped. */
  readonly tornBytes: number;
}

/** Takes one record. */
type OnRecord = (record: unknown) => void;

/** One record as a line: checksum in hex, a blank, JSON. */
export function encodeRecord(record: unknown): string {
  const json = JSON.stringify(record);
  return `${crc32(json).toString(16).padStart(CHECKSUM_LENGTH, '0')} ${json}\n`;
}

/**
 * Reads a file line by line, never holding more than one and a piece of the file. All at once: nothing can be done before it is read, and
 * to give way in between takes a fifth longer.
 *
 * @param onRecord is given the records up to the first that is not whole
 * @param onStray is given whole records after that: a stop can leave them only when they were written together with the first that is not
 */
export function readRecords(path: string, onRecord: OnRecord, onStray: OnRecord = () => undefined): RecordFile {
  let goodBytes = 0;
  let bytes = 0;
  let isTorn = false;
  readLines(path, (record, length) => {
    isTorn ||= record === undefined;
    bytes += length;
    if (!isTorn) goodBytes = bytes;
    if (record !== undefined) (isTorn ? onStray : onRecord)(record);
  });
  return { goodBytes, tornBytes: bytes - goodBytes };
}

/** @param onLine is given what a line holds, undefined when it is not whole, and how many bytes it takes in the file */
function readLines(path: string, onLine: (record: unknown, length: number) => void): void {
  const file = openSync(path, 'r');
  try {
    const piece = Buffer.allocUnsafeSlow(PIECE_BYTES);
    const begun = new BegunLine();
    for (let count = readSync(file, piece); count > 0; count = readSync(file, piece)) {
      const bytes = piece.subarray(0, count);
      let at = 0;
      for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, at)) {
        const length = begun.length + end + 1 - at;
        onLine(begun.length === 0 ? decode(bytes, at, end) : begun.end(bytes.subarray(at, end)), length);
        at = end + 1;
      }
      begun.add(bytes.subarray(at));
    }
    if (begun.length > 0) onLine(undefined, begun.length);
  } finally {
    closeSync(file);
  }
}

/** A line that began in an earlier piece of the file; nothing is kept of one that is too long. */
class BegunLine {
  private parts: Buffer[] = [];
  private bytes = 0;

  get length(): number {
    return this.bytes;
  }

  add(part: Buffer): void {
    this.bytes += part.length;
    if (this.bytes > MAX_LINE_BYTES) this.parts = [];
    else if (part.length > 0) this.parts.push(Buffer.from(part));
  }

  /** What the line holds with its last part; the next has not begun then. */
  end(last: Buffer): unknown {
    this.add(last);
    const line = Buffer.concat(this.parts);
    this.parts = [];
    this.bytes = 0;
    return decode(line, 0, line.length);
  }
}

/** What the line between two places holds; undefined when it is not whole. */
function decode(bytes: Buffer, from: number, to: number): unknown {
  const checksum = bytes.toString('latin1', from, from + CHECKSUM_LENGTH);
  const json = bytes.toString('utf8', from + CHECKSUM_LENGTH + 1, to);
  return json !== '' && parseInt(checksum, 16) === crc32(json) ? (JSON.parse(json) as unknown) : undefined;
}
