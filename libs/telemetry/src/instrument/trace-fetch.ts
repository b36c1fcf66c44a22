import { subscribe } from 'node:diagnostics_channel';
import { context, propagation, type Span, SpanKind, trace } from '@opentelemetry/api';
import { Attribute, TRACER_NAME } from '../telemetry-names.js';
import { recordError } from '../tracing.js';

/** A request as undici publishes it (its docs: "Diagnostics Channel Support"). */
interface UndiciRequest {
  origin?: string | URL;
  path: string;
  method: string;
  headers: string | readonly (string | readonly string[])[];
  addHeader(name: string, value: string): void;
}

const spans = new WeakMap<UndiciRequest, Span>();

/**
 * Makes a client span for every request of `fetch` and of the `undici` package that is sent inside a trace, and adds the headers that carry it. A request that
 * already has a `traceparent` is left alone: whoever wrote it made the span.
 */
export function traceFetch(): void {
  subscribe('undici:request:create', (message) => {
    start((message as { request: UndiciRequest }).request);
  });
  subscribe('undici:request:headers', (message) => {
    const { request, response } = message as { request: UndiciRequest; response: { statusCode: number } };
    spans.get(request)?.setAttribute(Attribute.HttpStatus, response.statusCode);
  });
  subscribe('undici:request:trailers', (message) => {
    finish((message as { request: UndiciRequest }).request);
  });
  subscribe('undici:request:error', (message) => {
    const { request, error } = message as { request: UndiciRequest; error: unknown };
    const span = spans.get(request);
    if (span !== undefined) recordError(span, error);
    finish(request);
  });
}

function start(request: UndiciRequest): void {
  if (trace.getActiveSpan() === undefined || carriesTrace(request.headers)) return;
  const origin = URL.parse(String(request.origin ?? ''));
  const span = trace.getTracer(TRACER_NAME).startSpan(request.method, {
    kind: SpanKind.CLIENT,
    attributes: {
      [Attribute.HttpMethod]: request.method,
      [Attribute.UrlPath]: request.path.split('?', 1)[0] ?? '',
      ...(origin !== null && { [Attribute.ServerAddress]: origin.hostname, [Attribute.ServerPort]: portOf(origin) }),
    },
  });
  spans.set(request, span);
  const carrier: Record<string, string> = {};
  propagation.inject(trace.setSpan(context.active(), span), carrier);
  for (const [name, value] of Object.entries(carrier)) request.addHeader(name, value);
}

function finish(request: UndiciRequest): void {
  spans.get(request)?.end();
  spans.delete(request);
}

function carriesTrace(headers: UndiciRequest['headers']): boolean {
  if (typeof headers === 'string') return /^traceparent:/im.test(headers);
  return headers.some((part, index) => index % 2 === 0 && typeof part === 'string' && part.toLowerCase() === 'traceparent');
}

function portOf(origin: URL): number {
  return origin.port === '' ? (origin.protocol === 'https:' ? 443 : 80) : Number(origin.port);
}
