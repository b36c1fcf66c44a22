import { createReadStream } from 'node:fs';
import { crc32 } from 'node:zlib';
import { MAX_LINE_BYTES } from '../../limits.js';

const CHECKSUM_LENGTH = 8;
const NEWLINE = 0x0a;
const READ_BYTES = 256 * 1024;

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
 * Reads a file line by line, never holding more than one.
 *
 * @param onRecord is given the records up to the first that is not whole
 * @param onStray is given whole records after that: a stop can leave them only when they were written together with the first that is not
 */
export async function readRecords(path: string, onRecord: OnRecord, onStray: OnRecord = () => undefined): Promise<RecordFile> {
  let goodBytes = 0;
  let bytes = 0;
  let isTorn = false;
  for await (const { line, length } of readLines(path)) {
    const record = line && decodeLine(line);
    isTorn ||= record === undefined;
    bytes += length;
    if (!isTorn) goodBytes = bytes;
    if (record !== undefined) (isTorn ? onStray : onRecord)(record);
  }
  return { goodBytes, tornBytes: bytes - goodBytes };
}

/** Lines, and how many bytes each takes in the file; no line for one that is too long or does not end. */
async function* readLines(path: string): AsyncGenerator<{ line: Buffer | undefined; length: number }> {
  let begun: Buffer[] = [];
  let length = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES }) as AsyncIterable<Buffer>) {
    let at = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, at)) {
      const last = chunk.subarray(at, end);
      length += last.length + 1;
      yield { line: length > MAX_LINE_BYTES ? undefined : begun.length === 0 ? last : Buffer.concat([...begun, last]), length };
      begun = [];
      length = 0;
      at = end + 1;
    }
    const rest = chunk.subarray(at);
    length += rest.length;
    if (length > MAX_LINE_BYTES) begun = [];
    else if (rest.length > 0) begun.push(rest);
  }
  if (length > 0) yield { line: undefined, length };
}

function decodeLine(line: Buffer): unknown {
  const json = line.subarray(CHECKSUM_LENGTH + 1);
  const isWhole = line.length > CHECKSUM_LENGTH && parseInt(line.toString('latin1', 0, CHECKSUM_LENGTH), 16) === crc32(json);
  return isWhole ? (JSON.parse(json.toString('utf8')) as unknown) : undefined;
}
