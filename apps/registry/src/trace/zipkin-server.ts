import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Logger } from '@app/telemetry';
import { closeServer, type ListenAddress, listenOn } from '../listen-on.js';
import { splitTarget } from '../split-target.js';
import { findDependencies } from './dependencies.js';
import { readSpanBody } from './read-span-body.js';
import { decodeSpans } from './span.js';
import { beginOf, findTraces, remoteServiceNames, serviceNames, spanNames } from './trace-query.js';
import type { Trace, TraceStore } from './trace-store.js';
import { ZipkinError } from './zipkin-error.js';
import { nameParam, parseDependencyWindow, parseTraceId, parseTraceIds, parseTraceQuery } from './zipkin-params.js';

const SPANS_PATH = '/api/v2/spans';
const TRACE_PATH = '/api/v2/trace/';
const KEEP_ALIVE_MS = 65_000;

type Read = (store: TraceStore, params: URLSearchParams) => string;

const READS: Readonly<Record<string, Read>> = {
  '/api/v2/services': (store) => JSON.stringify(serviceNames(store)),
  [SPANS_PATH]: (store, params) => JSON.stringify(namesOfService(params, (service) => spanNames(store, service))),
  '/api/v2/remoteServices': (store, params) => JSON.stringify(namesOfService(params, (service) => remoteServiceNames(store, service))),
  '/api/v2/traces': (store, params) => tracesJson(findTraces(store, parseTraceQuery(params))),
  '/api/v2/traceMany': (store, params) =>
    tracesJson(
      parseTraceIds(params)
        .map((id) => store.trace(id))
        .filter((trace) => trace !== undefined),
    ),
  '/api/v2/dependencies': (store, params) => JSON.stringify(dependencies(store, params)),
  '/api/v2/autocompleteKeys': () => '[]',
  '/health': (store) => JSON.stringify({ status: 'UP', zipkin: { status: 'UP', details: store.size } }),
};

/** The Zipkin v2 API on a port of its own. */
export class ZipkinServer {
  private readonly server: Server;

  constructor(
    private readonly store: TraceStore,
    private readonly address: ListenAddress,
    private readonly logger: Logger,
  ) {
    this.server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => void this.serve(request, response));
  }

  /**
   * Starts to listen.
   *
   * @returns the port, also when the system has chosen it
   * @throws Error that names the address and the reason
   */
  listen(): Promise<number> {
    return listenOn(this.server, this.address, 'Zipkin API');
  }

  close(): Promise<void> {
    return closeServer(this.server);
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const [path, search] = splitTarget(request.url);
      if (request.method === 'POST' && path === SPANS_PATH) {
        await this.collect(request);
        response.writeHead(202, { 'content-length': 0 }).end();
      } else if (request.method === 'GET') {
        const body = this.read(path, new URLSearchParams(search));
        response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(body) }).end(body);
      } else {
        throw new ZipkinError(405, `${request.method ?? ''} is not answered here`);
      }
    } catch (error) {
      this.fail(request, response, error);
    }
  }

  private async collect(request: IncomingMessage): Promise<void> {
    const json = await readSpanBody(request);
    try {
      this.store.add(decodeSpans(json));
    } catch (error) {
      throw new ZipkinError(400, `Cannot decode spans: ${error instanceof Error ? error.message : 'not JSON'}`);
    }
  }

  private read(path: string, params: URLSearchParams): string {
    if (path.startsWith(TRACE_PATH)) {
      const id = parseTraceId(path.slice(TRACE_PATH.length));
      const trace = this.store.trace(id);
      if (trace === undefined) throw new ZipkinError(404, `${id} not found`);
      return traceJson(trace);
    }
    const read = Object.hasOwn(READS, path) ? READS[path] : undefined;
    if (read === undefined) throw new ZipkinError(404, 'Not found');
    return read(this.store, params);
  }

  private fail(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    if (response.destroyed) return;
    const answer = error instanceof ZipkinError ? error : new ZipkinError(500, 'Internal error; see the log of the registry');
    if (answer !== error) this.logger.error({ err: error }, 'Request to the Zipkin API failed');
    if (!request.complete) response.setHeader('connection', 'close');
    const headers = { 'content-type': 'text/plain; charset=utf-8', 'content-length': Buffer.byteLength(answer.message) };
    response.writeHead(answer.status, headers).end(answer.message);
  }
}

function namesOfService(params: URLSearchParams, names: (service: string) => string[]): string[] {
  const service = nameParam(params, 'serviceName');
  return service === undefined ? [] : names(service);
}

function dependencies(store: TraceStore, params: URLSearchParams) {
  const { endTs, lookback } = parseDependencyWindow(params);
  const isWithin = (trace: Trace) => beginOf(trace) <= endTs * 1_000 && beginOf(trace) >= (endTs - lookback) * 1_000;
  return findDependencies([...store.all()].filter(isWithin));
}

function tracesJson(traces: readonly Trace[]): string {
  return `[${traces.map(traceJson).join(',')}]`;
}

function traceJson(trace: Trace): string {
  return `[${trace.map((span) => span.json).join(',')}]`;
}
