import {
  context,
  isValidTraceId,
  propagation,
  ROOT_CONTEXT,
  type Attributes,
  type Context,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { redactText } from './redaction.js';
import { Attribute, TRACER_NAME } from './telemetry-names.js';

export { context, type Attributes, type Context, type Span, SpanKind, SpanStatusCode } from '@opentelemetry/api';

/** Headers as Node gives them: lower-case names. */
export type IncomingHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** A server span and the context in which its request is to be handled. */
export interface ServerSpan {
  readonly span: Span;
  readonly context: Context;
}

/**
 * Runs `work` in a new span under the current one; the span ends with the promise and records its error.
 *
 * @param kind of the span; internal unless given
 * @returns what `work` returns
 */
export async function withSpan<T>(
  name: string,
  attributes: Attributes,
  work: (span: Span) => Promise<T> | T,
  kind: SpanKind = SpanKind.INTERNAL,
): Promise<T> {
  return await tracer().startActiveSpan(name, { attributes, kind }, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      recordError(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Marks a span as failed: the error's class and its message without passwords of addresses, no stack. */
export function recordError(span: Span, error: unknown): void {
  const name = error instanceof Error ? error.name : 'Error';
  span.setAttribute(Attribute.ErrorType, name);
  span.setStatus({ code: SpanStatusCode.ERROR, ...(error instanceof Error && { message: redactText(error.message) }) });
}

/**
 * Starts the server span of one request as a child of what its headers carry (W3C `traceparent`, else B3 single or multi).
 * The caller ends the span, and runs the handler in `context` (`context.with(serverSpan.context, ...)`).
 */
export function startServerSpan(headers: IncomingHeaders, name: string, attributes: Attributes = {}): ServerSpan {
  const parent = propagation.extract(ROOT_CONTEXT, headers);
  const span = tracer().startSpan(name, { kind: SpanKind.SERVER, attributes }, parent);
  return { span, context: trace.setSpan(parent, span) };
}

/** The trace id of a span, or undefined when tracing is off. */
export function traceIdOf(span: Span): string | undefined {
  const { traceId } = span.spanContext();
  return isValidTraceId(traceId) ? traceId : undefined;
}

/** The headers (lower-case names) that carry the current span to another process: `traceparent` and B3; empty outside a trace. */
export function traceHeaders(): Record<string, string> {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier;
}

function tracer() {
  return trace.getTracer(TRACER_NAME);
}
