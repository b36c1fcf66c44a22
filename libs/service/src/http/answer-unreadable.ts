import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { AppError, CommonError, PROBLEM_MEDIA_TYPE, toProblem } from '@app/errors';
import { TransportError } from './transport.errors.js';

/** Codes of Node's `clientError` that have a status of their own; every other fault is a 400. */
const BY_FAULT: Readonly<Record<string, AppError>> = {
  ERR_HTTP_REQUEST_TIMEOUT: new AppError(TransportError.REQUEST_TIMEOUT),
  HPE_HEADER_OVERFLOW: new AppError(TransportError.HEADERS_TOO_LARGE),
};
const NOT_HTTP = new AppError(CommonError.INPUT_INVALID, { detail: 'The request is not valid HTTP' });

/** Node keeps the answer that is being written on a connection here; its own handler of `clientError` looks at it too. */
type ServerSocket = Socket & { _httpMessage?: ServerResponse | null };

/**
 * What Node could not read as HTTP at all (malformed, headers too large, too slow) has no request: the answer is written by hand. Where
 * an answer is under way already, a second one would be read as part of it: the connection just ends.
 */
export function answerUnreadable(fault: NodeJS.ErrnoException, socket: ServerSocket): void {
  if (fault.code === 'ECONNRESET' || !socket.writable || socket._httpMessage?.headersSent === true) {
    socket.destroy();
    return;
  }
  const error = BY_FAULT[fault.code ?? ''] ?? NOT_HTTP;
  const body = JSON.stringify(toProblem(error));
  socket.end(
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? ''}\r\nContent-Type: ${PROBLEM_MEDIA_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
