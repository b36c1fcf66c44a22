import { Attribute, context, createHistogram, createLogger, type Logger, SpanStatusCode, startServerSpan } from '@app/telemetry';
import { Inject, Injectable } from '@nestjs/common';
import { propagation } from '@opentelemetry/api';
import type { LiveGatewayConfig } from '../gateway.config.js';
import { LIVE_GATEWAY_CONFIG } from '../gateway.tokens.js';
import type { Exchange } from './exchange.js';

/** nginx' status for a client that closed before its answer: only in logs and metrics. */
const CLIENT_CLOSED = 499;
const NO_ROUTE = '(none)';

/** What is seen of the requests that go through: a span, the RED metrics by route, and a line in the access log. */
@Injectable()
export class ExchangeObserver {
  private readonly logger: Logger = createLogger('AccessLog');
  private readonly durations = createHistogram({
    name: 'gateway_request_duration_seconds',
    help: 'Duration of requests through the gateway in seconds, by route, method and status.',
    labels: ['route', 'method', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  });

  /** Without tracing there is no propagator, and so no header that it would write. */
  private readonly isTracing = propagation.fields().length > 0;

  constructor(@Inject(LIVE_GATEWAY_CONFIG) private readonly config: LiveGatewayConfig) {}

  /** Starts the span, as a child of what the request's headers carry. */
  begin(exchange: Exchange): void {
    if (!this.isTracing) return;
    const { request, method, originalPath, clientAddress, route } = exchange;
    const { span, context } = startServerSpan(request.headers, `${method} ${route?.id ?? NO_ROUTE}`, {
      [Attribute.HttpMethod]: method,
      [Attribute.UrlPath]: originalPath,
      [Attribute.ClientAddress]: clientAddress,
      ...(route !== undefined && { [Attribute.HttpRoute]: route.id }),
    });
    exchange.span = span;
    exchange.traceContext = context;
  }

  /** The response is closed: whole, or cut off. */
  end(exchange: Exchange): void {
    const { response, route, method } = exchange;
    const status = response.writableFinished ? response.statusCode : CLIENT_CLOSED;
    const seconds = (performance.now() - exchange.startedAt) / 1_000;
    this.durations.observe({ route: route?.id ?? NO_ROUTE, method, status: String(status) }, seconds);
    this.endSpan(exchange, status);
    const isError = status >= 500;
    if (!isError && Math.random() >= this.config.value.accessLog.sampleRate) return;
    // The logger writes the trace of the context that it is called in.
    if (exchange.traceContext === undefined) this.log(exchange, status, seconds);
    else
      context.with(exchange.traceContext, () => {
        this.log(exchange, status, seconds);
      });
  }

  private endSpan({ span, instance, requestId, errorCode }: Exchange, status: number): void {
    if (span === undefined) return;
    if (span.isRecording()) {
      span.setAttribute(Attribute.HttpStatus, status);
      span.setAttribute(Attribute.RequestId, requestId);
      if (instance !== undefined) span.setAttribute(Attribute.ServerAddress, new URL(instance).host);
      if (errorCode !== undefined) span.setAttribute(Attribute.ErrorType, errorCode);
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end();
  }

  private log(exchange: Exchange, status: number, seconds: number): void {
    const { route, method, originalPath, instance, requestId, clientAddress, errorCode } = exchange;
    this.logger.info(
      {
        method,
        path: originalPath,
        status,
        durationMs: Math.round(seconds * 10_000) / 10,
        requestId,
        remote: clientAddress,
        ...(route !== undefined && { route: route.id }),
        ...(instance !== undefined && { instance }),
        ...(errorCode !== undefined && { code: errorCode }),
      },
      `${method} ${status}`,
    );
  }
}
