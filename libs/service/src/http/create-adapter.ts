import type { Socket } from 'node:net';
import { AppError, CommonError, PROBLEM_MEDIA_TYPE, toProblem } from '@app/errors';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { requestIdOf } from './request-id.js';
import { sendProblem } from './send-problem.js';
import { toAppError } from './to-app-error.js';

/** The part of the server's configuration that Fastify is made with. */
export interface AdapterSettings {
  bodyLimit: number;
  requestTimeoutMs: number;
  headersTimeoutMs: number;
  idleTimeoutMs: number;
  keepAliveTimeoutMs: number;
}

/** Nest's adapter on Fastify with the platform's limits. `x-forwarded-*` is not believed: only the gateway is asked by the world. */
export function createAdapter(settings: AdapterSettings): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: settings.bodyLimit,
    requestTimeout: settings.requestTimeoutMs,
    connectionTimeout: settings.idleTimeoutMs,
    keepAliveTimeout: settings.keepAliveTimeoutMs,
    http: { headersTimeout: settings.headersTimeoutMs },
    routerOptions: { maxParamLength: 256 },
    trustProxy: false,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    genReqId: requestIdOf,
    clientErrorHandler: (error: NodeJS.ErrnoException, socket: Socket) => {
      answerUnreadable(error, socket);
    },
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      sendProblem(request, reply, toAppError(error));
    },
  });
}

/** What Node could not read as HTTP at all (malformed, headers too large, too slow) has no request: the answer is written by hand. */
function answerUnreadable(fault: NodeJS.ErrnoException, socket: Socket): void {
  if (fault.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const error = new AppError(CommonError.INPUT_INVALID, { detail: 'The request is not valid HTTP' });
  const body = JSON.stringify(toProblem(error));
  socket.end(
    `HTTP/1.1 400 Bad Request\r\nContent-Type: ${PROBLEM_MEDIA_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
