import { createRequire } from 'node:module';
import { diag, DiagLogLevel } from '@opentelemetry/api';
import { register } from 'prom-client';
import { registerDefaultMetrics } from './default-metrics.js';
import { createDiagLogger } from './diag-logger.js';
import { traceFetch } from './instrument/trace-fetch.js';
import { traceIoredis } from './instrument/trace-ioredis.js';
import { tracePg } from './instrument/trace-pg.js';
import { checkLogLevel, createLogger, nameService } from './logger.js';

/** The running telemetry of this process. */
export interface Telemetry {
  /** Whether spans are made and sent. */
  readonly isTracing: boolean;
  /** Sends what is still held and stops; takes 3 s at most, never rejects. */
  shutdown(): Promise<void>;
}

const SHUTDOWN_MS = 3_000;

/**
 * What the OpenTelemetry SDK reads from the environment where an operator has set nothing: B3 before W3C, so that `traceparent` wins
 * when a request carries both; no metrics or logs through it; small, bounded batches. Names: OpenTelemetry specification,
 * "Environment Variable Specification".
 */
const SDK_DEFAULTS: Readonly<Record<string, string>> = {
  OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
  OTEL_TRACES_SAMPLER_ARG: '1',
  OTEL_PROPAGATORS: 'b3,tracecontext',
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  OTEL_NODE_RESOURCE_DETECTORS: 'env',
  OTEL_BSP_SCHEDULE_DELAY: '1000',
  OTEL_BSP_MAX_QUEUE_SIZE: '4096',
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '512',
  OTEL_BSP_EXPORT_TIMEOUT: '5000',
  OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: '1024',
};

let isTracing = false;

/**
 * Starts the default metrics and, when ZIPKIN_URL is set (or OTEL_TRACES_EXPORTER names another exporter), tracing: NodeSDK, spans in
 * batches to `${ZIPKIN_URL}/api/v2/spans`, W3C and B3 in and out. Call it once, before anything that is traced is used.
 *
 * @param options `service`: the `service.name` of every span and log line
 * @throws an error that names the variable when LOG_LEVEL, ZIPKIN_URL or OTEL_TRACES_SAMPLER_ARG is not valid
 */
export async function startTelemetry(options: { service: string }): Promise<Telemetry> {
  nameService(options.service);
  checkLogLevel(process.env.LOG_LEVEL);
  registerDefaultMetrics(register);
  const zipkin = zipkinEndpoint(process.env.ZIPKIN_URL);
  const exporter = process.env.OTEL_TRACES_EXPORTER ?? '';
  if (exporter === 'none' || (zipkin === undefined && exporter === '')) return { isTracing: false, shutdown: () => Promise.resolve() };
  checkRatio(process.env.OTEL_TRACES_SAMPLER_ARG);
  for (const [name, value] of Object.entries(SDK_DEFAULTS)) process.env[name] ??= value;
  diag.setLogger(createDiagLogger(createLogger('OpenTelemetry')), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const sdk = await startSdk(options.service, ['', 'zipkin'].includes(exporter) ? zipkin : undefined);
  isTracing = true;
  traceFetch();
  return { isTracing: true, shutdown: () => shutdownWithin(() => sdk.shutdown(), SHUTDOWN_MS) };
}

/**
 * Makes client spans for the calls of `pg` and `ioredis`, of those that this process has loaded, when tracing is on. `createService` calls it once
 * the application's modules are there; both are patched where all their objects look, so it is never too late.
 *
 * @returns the names of the libraries that are traced
 */
export async function instrumentLoaded(): Promise<string[]> {
  if (!isTracing) return [];
  const traced: string[] = [];
  for (const [name, trace] of Object.entries({ pg: tracePg, ioredis: traceIoredis })) {
    const exports = loadedExports(name);
    if (exports === undefined) continue;
    await trace(exports);
    traced.push(name);
  }
  return traced;
}

/** What a CommonJS package exports, if it is loaded; importing it from ESM fills the same cache. */
function loadedExports(name: string): unknown {
  const load = createRequire(import.meta.url);
  try {
    return load.cache[load.resolve(name)]?.exports;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

async function startSdk(service: string, zipkin: string | undefined): Promise<{ shutdown(): Promise<void> }> {
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  if (zipkin === undefined) return started(new NodeSDK({ serviceName: service }));
  const { ZipkinExporter } = await import('@opentelemetry/exporter-zipkin');
  return started(new NodeSDK({ serviceName: service, traceExporter: new ZipkinExporter({ url: zipkin, serviceName: service }) }));
}

function started<S extends { start(): void }>(sdk: S): S {
  sdk.start();
  return sdk;
}

/** @throws an error that names the variable */
export function zipkinEndpoint(address: string | undefined): string | undefined {
  if (address === undefined || address === '') return undefined;
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol)) throw new Error('ZIPKIN_URL must be an http or https address, or empty');
  return `${url.origin}${url.pathname.replace(/\/+$/, '').replace(/\/api\/v2\/spans$/, '')}/api/v2/spans`;
}

function checkRatio(text: string | undefined): void {
  if (text === undefined || text === '') return;
  const ratio = Number(text);
  if (!(ratio >= 0 && ratio <= 1)) throw new Error('OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1');
}

async function shutdownWithin(stop: () => Promise<void>, ms: number): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, ms, undefined);
  try {
    await Promise.race([stop(), late]);
  } catch (error) {
    createLogger('Telemetry').warn({ err: error }, 'The last spans could not be sent');
  } finally {
    clearTimeout(timer);
  }
}
