import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerUnreadable } from './answer-unreadable.js';
import { requestIdOf } from './request-id.js';
import { sendProblem } from './send-problem.js';
import { toAppError } from './to-app-error.js';

/** How often Node looks for requests whose headers or body are late, ms: its own half a minute would come on top of their limits. */
const LATE_CHECK_MS = 2_000;

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
    http: { headersTimeout: settings.headersTimeoutMs, connectionsCheckingInterval: LATE_CHECK_MS },
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
