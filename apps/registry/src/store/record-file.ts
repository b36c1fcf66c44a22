import { readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

const CHECKSUM_LENGTH = 8;
const NEWLINE = 0x0a;

/** What a file of records holds. */
export interface RecordFile {
  readonly records: unknown[];
  /** Bytes that hold whole records. */
  readonly goodBytes: number;
  /** Bytes after them: records that were being written when the process or the machine stopped. */
  readonly tornBytes: number;
  /** Whole records among those bytes: a stop can leave them only when they were written together with the first that is not whole. */
  readonly strays: unknown[];
}

/** One record as a line: checksum in hex, a blank, JSON. */
export function encodeRecord(record: unknown): string {
  const json = JSON.stringify(record);
  return `${crc32(json).toString(16).padStart(CHECKSUM_LENGTH, '0')} ${json}\n`;
}

/** Reads records up to the first that is not whole. */
export async function readRecords(path: string): Promise<RecordFile> {
  const bytes = await readFile(path);
  const records: unknown[] = [];
  let at = 0;
  while (at < bytes.length) {
    const end = bytes.indexOf(NEWLINE, at);
    const record = end === -1 ? undefined : decodeLine(bytes.subarray(at, end));
    if (record === undefined) break;
    records.push(record);
    at = end + 1;
  }
  return { records, goodBytes: at, tornBytes: bytes.length - at, strays: readStrays(bytes, at) };
}

function readStrays(bytes: Buffer, from: number): unknown[] {
  const strays: unknown[] = [];
  for (let at = from, end = bytes.indexOf(NEWLINE, at); end !== -1; at = end + 1, end = bytes.indexOf(NEWLINE, at)) {
    const record = decodeLine(bytes.subarray(at, end));
    if (record !== undefined) strays.push(record);
  }
  return strays;
}

function decodeLine(line: Buffer): unknown {
  const json = line.subarray(CHECKSUM_LENGTH + 1);
  const isWhole = line.length > CHECKSUM_LENGTH && parseInt(line.toString('latin1', 0, CHECKSUM_LENGTH), 16) === crc32(json);
  return isWhole ? (JSON.parse(json.toString('utf8')) as unknown) : undefined;
}
