import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { readBytes } from '../read-bytes.js';
import { ZipkinError } from './zipkin-error.js';

const MAX_BODY_BYTES = 5 * 1024 * 1024;
const MAX_UNPACKED_BYTES = 20 * 1024 * 1024;
const unzip = promisify(gunzip);

/**
 * Reads the body of a request that brings spans as JSON, plain or gzip.
 *
 * @throws ZipkinError 413 when it is too long, 415 when it is another format, 400 when it is not gzip or ends early
 */
export async function readSpanBody(request: IncomingMessage): Promise<string> {
  const type = request.headers['content-type'] ?? 'application/json';
  if (!type.startsWith('application/json')) throw new ZipkinError(415, `${type} is not taken; send application/json`);
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip')
    throw new ZipkinError(415, `Content-Encoding ${encoding} is not taken; send gzip or none`);
  const bytes = await readBytes(request, MAX_BODY_BYTES);
  if (typeof bytes === 'number') throw new ZipkinError(413, `More than ${MAX_BODY_BYTES} bytes`);
  if (bytes === undefined) throw new ZipkinError(400, 'Body ended early');
  if (encoding === 'identity') return bytes.toString('utf8');
  try {
    return (await unzip(bytes, { maxOutputLength: MAX_UNPACKED_BYTES })).toString('utf8');
  } catch (error) {
    const isTooLong = error instanceof RangeError;
    throw isTooLong
      ? new ZipkinError(413, `More than ${MAX_UNPACKED_BYTES} bytes when unpacked`)
      : new ZipkinError(400, 'Body is not gzip');
  }
}
