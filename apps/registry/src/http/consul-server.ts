import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Logger } from '@app/telemetry';
import { TRAFFIC_LIMITS, type TrafficLimits } from '../limits.js';
import { closeServer, listenOn } from '../listen-on.js';
import { splitTarget } from '../split-target.js';
import { Refusal } from '../store/refusal.js';
import { checkToken } from './access-token.js';
import { Budget, type Share } from './budget.js';
import { ConsulError } from './consul-error.js';
import { readBody } from './read-body.js';
import { handlerOf, type Route, Router } from './router.js';
import { sendError, sendResponse } from './send.js';

/** Where to listen, and who may ask. */
export interface ConsulServerOptions {
  readonly host: string;
  readonly port: number;
  /** Every request needs it when it is set. */
  readonly token: string | undefined;
  readonly datacenter: string;
  readonly limits?: TrafficLimits;
}

const BODY_LIMIT = 1024 * 1024;
/** Longer than clients keep idle connections, so that none is closed under a request. */
const KEEP_ALIVE_MS = 125_000;
const REFUSAL_STATUS = { full: 413, busy: 429 } as const;

/**
 * The Consul HTTP API on a port of its own. It has no `upgrade` listener on purpose: clients that offer HTTP/2 on every request
 * (`Upgrade: h2c`) are answered in HTTP/1.1.
 */
export class ConsulServer {
  private readonly router: Router;
  private readonly server: Server;
  private readonly waiting = new Set<AbortController>();
  private readonly limits: TrafficLimits;
  private readonly bodies: Budget;
  private readonly answers: Budget;

  constructor(
    routes: readonly Route[],
    private readonly options: ConsulServerOptions,
    private readonly logger: Logger,
  ) {
    this.router = new Router(routes);
    this.limits = options.limits ?? TRAFFIC_LIMITS;
    this.bodies = new Budget(this.limits.bodyBytes);
    this.answers = new Budget(this.limits.answerBytes);
    this.server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
      const body = this.bodies.share();
      void this.serve(request, response, body).finally(() => body.release());
    });
    this.server.maxConnections = this.limits.connections;
  }

  /**
   * Starts to listen.
   *
   * @returns the port, also when the system has chosen it
   * @throws Error that names the address and the reason
   */
  listen(): Promise<number> {
    return listenOn(this.server, this.options, 'Consul API');
  }

  /** Ends waiting requests and closes all connections. */
  async close(): Promise<void> {
    for (const gone of this.waiting) gone.abort();
    await closeServer(this.server);
  }

  private async serve(incoming: IncomingMessage, outgoing: ServerResponse, share: Share): Promise<void> {
    try {
      const [target, search] = splitTarget(incoming.url);
      const query = new URLSearchParams(search);
      const { route, rest } = this.router.find(decodePath(target));
      const handler = handlerOf(route, incoming.method ?? 'GET');
      checkToken(incoming.headers, query, this.options.token);
      this.checkDatacenter(query);
      const body = await readBody(
        incoming,
        share,
        route.body ?? { limit: BODY_LIMIT, tooLarge: (bytes) => `Request body(${bytes} bytes) too large` },
      );
      const response = await handler({ rest, query, body, whenGone: () => this.hold(outgoing) });
      if (outgoing.destroyed) return;
      outgoing.setTimeout(this.limits.stalledMs);
      await sendResponse(outgoing, response, { isPretty: query.has('pretty'), share: this.answers.share() });
    } catch (error) {
      this.fail(incoming, outgoing, error);
    }
  }

  private fail(incoming: IncomingMessage, outgoing: ServerResponse, error: unknown): void {
    if (outgoing.destroyed) return;
    if (outgoing.headersSent) {
      this.logger.error({ err: error, path: splitTarget(incoming.url)[0] }, 'An answer of the Consul API broke off');
      outgoing.destroy();
      return;
    }
    // What is left of a body that was not read would be taken for the next request.
    if (!incoming.complete) outgoing.setHeader('connection', 'close');
    const answer = error instanceof Refusal ? new ConsulError(REFUSAL_STATUS[error.reason], error.message) : error;
    if (answer instanceof ConsulError) {
      sendError(outgoing, answer);
      return;
    }
    this.logger.error({ err: error, path: splitTarget(incoming.url)[0] }, 'Request to the Consul API failed');
    sendError(outgoing, new ConsulError(500, 'Internal error: the write or read failed; see the log of the registry'));
  }

  private checkDatacenter(query: URLSearchParams): void {
    const datacenter = query.get('dc') ?? '';
    if (datacenter !== '' && datacenter !== this.options.datacenter) throw new ConsulError(500, 'No path to datacenter');
  }

  private hold(outgoing: ServerResponse): AbortSignal {
    const { heldQueries } = this.limits;
    if (this.waiting.size >= heldQueries) {
      throw new ConsulError(429, `Limit reached: ${heldQueries} blocking queries are held; try again later`);
    }
    // That of the answer before on the same connection may still run.
    outgoing.setTimeout(0);
    const gone = new AbortController();
    this.waiting.add(gone);
    outgoing.once('close', () => {
      this.waiting.delete(gone);
      gone.abort();
    });
    return gone.signal;
  }
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) throw new ConsulError(400, 'Invalid URL path: malformed escape');
    throw error;
  }
}
