import type { IncomingMessage } from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AppError, CommonError } from '@app/errors';
import type { FastifyInstance } from 'fastify';
import { withLeastSpeed } from './least-speed.js';
import { type Line, LineSplitter } from './line-splitter.js';
import { PassRecordsError } from './pass-records.errors.js';

/** Bounds of one upload. */
export interface UploadLimits {
  /** After unpacking. */
  bytes: number;
  lines: number;
  lineBytes: number;
}

/** The empty one: none given. */
const MEDIA_TYPES = ['application/x-ndjson', 'application/ndjson', 'application/jsonl', 'text/plain', 'application/octet-stream', ''];
const PACKED_CODINGS = ['gzip', 'x-gzip'];
const CODINGS = [...PACKED_CODINGS, 'identity', ''];

/** Leaves bodies unread for their handlers; JSON and forms keep the parsers that Nest gives them. */
export function takeUploadsAsStreams(fastify: FastifyInstance): void {
  fastify.removeContentTypeParser('text/plain');
  fastify.addContentTypeParser('*', (_request, payload, done) => {
    done(null, payload);
  });
}

/**
 * Checks what the headers say of an upload.
 *
 * @returns whether the body is packed by gzip
 * @throws AppError UNSUPPORTED_MEDIA_TYPE, DYN_UPLOAD_TOO_LARGE
 */
export function checkUploadHeaders(headers: IncomingMessage['headers'], limits: UploadLimits): { isPacked: boolean } {
  const [mediaType = ''] = (headers['content-type'] ?? '').split(';', 1);
  if (!MEDIA_TYPES.includes(mediaType.trim().toLowerCase())) {
    throw new AppError(CommonError.UNSUPPORTED_MEDIA_TYPE, {
      detail: `Content-Type must be one of ${MEDIA_TYPES.filter(Boolean).join(', ')}`,
    });
  }
  const coding = (headers['content-encoding'] ?? '').trim().toLowerCase();
  if (!CODINGS.includes(coding)) {
    throw new AppError(CommonError.UNSUPPORTED_MEDIA_TYPE, { detail: 'Content-Encoding must be gzip or identity' });
  }
  if (Number(headers['content-length'] ?? 0) > limits.bytes) throw tooLarge(limits);
  return { isPacked: PACKED_CODINGS.includes(coding) };
}

/**
 * Reads an upload line by line as it comes, keeping one chunk of it.
 *
 * @throws AppError DYN_UPLOAD_TOO_LARGE, DYN_UPLOAD_TOO_SLOW, DYN_UPLOAD_BROKEN (not gzip, cut off, or the sender went away)
 */
export async function* readLines(request: IncomingMessage, isPacked: boolean, limits: UploadLimits): AsyncGenerator<Line[]> {
  const splitter = new LineSplitter(limits.lineBytes);
  let bytes = 0;
  for await (const chunk of isPacked ? unpack(request) : receive(request)) {
    bytes += chunk.length;
    if (bytes > limits.bytes) throw tooLarge(limits);
    const lines = splitter.push(chunk);
    if (splitter.count > limits.lines) throw tooLarge(limits);
    if (lines.length > 0) yield lines;
  }
  const last = splitter.end();
  if (splitter.count > limits.lines) throw tooLarge(limits);
  if (last.length > 0) yield last;
}

/** Ends without destroying the request: its socket still has to carry the answer. */
async function* receive(request: IncomingMessage): AsyncGenerator<Buffer> {
  const chunks = request.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
  try {
    yield* withLeastSpeed(chunks);
  } catch (error) {
    throw error instanceof AppError ? error : broken('The upload ended early', error);
  } finally {
    // Not waited for: a chunk that is still on its way may never come.
    void chunks.return?.();
  }
}

async function* unpack(request: IncomingMessage): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  // What ends it, here or there, comes out of the reading below.
  pipeline(receive(request), gunzip, () => undefined);
  try {
    yield* gunzip as Readable as AsyncIterable<Buffer>;
  } catch (error) {
    throw error instanceof AppError ? error : broken('The body is not valid gzip, or it is cut off', error);
  } finally {
    gunzip.destroy();
  }
}

function broken(what: string, cause?: unknown): AppError {
  return new AppError(PassRecordsError.DYN_UPLOAD_BROKEN, {
    detail: `${what}. Lines that were taken before stay taken; send it again`,
    cause,
  });
}

function tooLarge({ bytes, lines }: UploadLimits): AppError {
  return new AppError(PassRecordsError.DYN_UPLOAD_TOO_LARGE, {
    detail: `An upload may have ${bytes} bytes (unpacked) and ${lines} lines. What came before the limit is taken; send the rest in further uploads`,
  });
}
