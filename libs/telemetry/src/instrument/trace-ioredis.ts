import { context, type Span, SpanKind, trace } from '@opentelemetry/api';
import { TRACER_NAME } from '../telemetry-names.js';
import { recordError } from '../tracing.js';

interface Command {
  name: string;
  promise: Promise<unknown>;
  /** Set for a command of a pipeline or a MULTI. */
  pipelineIndex?: number;
}
interface Pipeline {
  readonly length: number;
  exec(...args: unknown[]): Promise<unknown>;
}
interface Client {
  options: { host?: string; port?: number; path?: string };
  sendCommand: (this: Client, command: Command, stream?: unknown) => unknown;
  pipeline: (this: Client, ...args: unknown[]) => unknown;
  multi: (this: Client, ...args: unknown[]) => unknown;
}

const patched = new WeakSet<object>();

/**
 * Patches the `Redis` class of ioredis: one client span per command, and one per pipeline or MULTI as a whole. OpenTelemetry's
 * instrumentation makes one per command of a batch, which for the stream consumers is hundreds of spans at once; ioredis' own
 * diagnostics channel formats every command's arguments, inside a trace or not.
 */
export function traceIoredis(redis: unknown): void {
  const { prototype } = redis as { prototype: Client };
  if (patched.has(prototype)) return;
  patched.add(prototype);
  traceCommands(prototype);
  for (const method of ['pipeline', 'multi'] as const) traceBatches(prototype, method);
}

function traceCommands(prototype: Client): void {
  const original = prototype.sendCommand;
  prototype.sendCommand = function (this: Client, command, stream) {
    if (command.pipelineIndex !== undefined || trace.getActiveSpan() === undefined) return original.call(this, command, stream);
    const span = startSpan(this, command.name, {});
    const result = original.call(this, command, stream);
    endWith(span, command.promise);
    return result;
  };
}

function traceBatches(prototype: Client, method: 'pipeline' | 'multi'): void {
  const original = prototype[method];
  prototype[method] = function (this: Client, ...args: unknown[]) {
    const batch = original.apply(this, args);
    if (isPipeline(batch)) traceExec(this, batch, method);
    return batch;
  };
}

function traceExec(client: Client, batch: Pipeline, method: string): void {
  const exec = batch.exec.bind(batch);
  let isCounted = false;
  batch.exec = (...args: unknown[]) => {
    if (isCounted || trace.getActiveSpan() === undefined) return exec(...args);
    isCounted = true;
    // ioredis puts the MULTI itself into the batch.
    const span = startSpan(client, method, { 'db.operation.batch.size': method === 'multi' ? batch.length - 1 : batch.length });
    const result = exec(...args);
    endWith(span, result);
    return result;
  };
}

function startSpan(client: Client, operation: string, attributes: Record<string, number>): Span {
  const { host, port, path } = client.options;
  return trace.getTracer(TRACER_NAME).startSpan(
    operation,
    {
      kind: SpanKind.CLIENT,
      attributes: {
        'db.system.name': 'redis',
        'db.operation.name': operation,
        ...(path === undefined ? { 'server.address': host ?? 'localhost', 'server.port': port ?? 6379 } : { 'server.address': path }),
        ...attributes,
      },
    },
    context.active(),
  );
}

function endWith(span: Span, outcome: Promise<unknown>): void {
  outcome.then(
    () => {
      span.end();
    },
    (error: unknown) => {
      recordError(span, error);
      span.end();
    },
  );
}

function isPipeline(value: unknown): value is Pipeline {
  return typeof value === 'object' && value !== null && 'exec' in value && 'length' in value;
}
