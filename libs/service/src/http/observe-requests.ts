import { Header } from '@app/contracts';
import {
  Attribute,
  context,
  createHistogram,
  createLogger,
  MetricName,
  type ServerSpan,
  SpanStatusCode,
  startServerSpan,
} from '@app/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ServiceLifecycle } from '../lifecycle/service-lifecycle.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The span of this request and the context that carries it; null for management paths, undefined where Fastify refuses a path before any hook. */
    serverSpan?: ServerSpan | null;
  }
}

/** What observation needs to know. */
export interface ObservationOptions {
  /** A request that takes longer is logged at info. */
  slowRequestMs: () => number;
}

const MANAGEMENT_PATH = /^\/(?:health|metrics|openapi\.json)(?:[/?]|$)/;
const NO_ROUTE = '(none)';
/** nginx' status for a client that closed before the end of its answer: only in logs, spans and metrics. */
const CLIENT_CLOSED = 499;

/**
 * Counts the requests that are being handled, those of `reply.hijack()` too: the end of the service waits for them. From the moment that the service
 * stops, each answer ends its connection: one that were only closed later could be closed under a request. Every request has its id.
 */
export function awaitRequests(fastify: FastifyInstance, lifecycle: ServiceLifecycle): void {
  fastify.decorateRequest('serverSpan', null);
  fastify.addHook('onRequest', (request, reply, done) => {
    lifecycle.begin({ isProbe: MANAGEMENT_PATH.test(request.url) });
    reply.raw.once('close', () => {
      lifecycle.end();
    });
    void reply.header(Header.RequestId, request.id);
    done();
  });
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (lifecycle.stopping.aborted) void reply.header('connection', 'close');
    done(null, payload);
  });
}

/**
 * Gives every request a server span (with the trace that its headers carry as parent), its place in the duration
 * histogram and its line in the access log: at info when it failed or was slow, else at debug. Answers that a handler writes past Fastify
 * (`reply.hijack()`) are observed too, and so are those that the client did not wait for.
 */
export function observeRequests(fastify: FastifyInstance, { slowRequestMs }: ObservationOptions): void {
  const logger = createLogger('AccessLog');
  const duration = createHistogram({
    name: MetricName.HttpServerDuration,
    help: 'Duration of HTTP requests in seconds, by method, route and status.',
    labels: ['method', 'route', 'status'],
    buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 10],
  });
  const observe = (request: FastifyRequest, { raw }: FastifyReply, durationMs: number) => {
    const status = raw.writableFinished ? raw.statusCode : CLIENT_CLOSED;
    duration.observe({ method: request.method, route: routeOf(request), status: String(status) }, durationMs / 1000);
    const log = () => {
      const isNotable = (status >= 400 && !MANAGEMENT_PATH.test(request.url)) || durationMs > slowRequestMs();
      const level = isNotable ? 'info' : 'debug';
      if (logger.isLevelEnabled(level)) logger[level](describe(request, status, durationMs), `${request.method} ${status}`);
    };
    if (!request.serverSpan) log();
    else {
      endSpan(request.serverSpan, status);
      context.with(request.serverSpan.context, log);
    }
  };
  fastify.addHook('onRequest', (request, reply, done) => {
    const startedAt = performance.now();
    // Not Fastify's `onResponse`, which does not come when the client goes away first, as every reader of an event stream does.
    reply.raw.once('close', () => {
      observe(request, reply, performance.now() - startedAt);
    });
    if (MANAGEMENT_PATH.test(request.url)) {
      done();
      return;
    }
    request.serverSpan = startServerSpan(request.headers, `${request.method} ${routeOf(request)}`, attributesOf(request));
    context.with(request.serverSpan.context, done);
  });
  // Again here: a body is read in the context of its socket, which knows nothing of the span.
  fastify.addHook('preHandler', (request, _reply, done) => {
    if (!request.serverSpan) done();
    else context.with(request.serverSpan.context, done);
  });
}

function endSpan({ span }: ServerSpan, status: number): void {
  span.setAttribute(Attribute.HttpStatus, status);
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

/** The pattern, not the path: patterns are few, and bound the number of metric series and span names. */
function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? NO_ROUTE;
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '';
}

function attributesOf(request: FastifyRequest) {
  return {
    [Attribute.HttpMethod]: request.method,
    [Attribute.HttpRoute]: routeOf(request),
    [Attribute.UrlPath]: pathOf(request),
    [Attribute.RequestId]: request.id,
  };
}

/** The query is left out: it may hold what a log must not. */
function describe(request: FastifyRequest, status: number, durationMs: number) {
  return {
    method: request.method,
    path: pathOf(request),
    route: routeOf(request),
    status,
    durationMs: Math.round(durationMs * 10) / 10,
    requestId: request.id,
    remote: request.ip,
  };
}
