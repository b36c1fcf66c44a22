import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Logger } from '@app/telemetry';
import { MADE_WHILE_SENT_BYTES, TRAFFIC_LIMITS, type TrafficLimits } from '../limits.js';
import { closeServer, listenOn } from '../listen-on.js';
import { splitTarget } from '../split-target.js';
import { Refusal } from '../store/admission/refusal.js';
import { Rejection } from '../store/rejection.js';
import { checkToken } from './access-token.js';
import { cacheKey } from './answer-cache-key.js';
import { AnswerCache } from './answer-cache.js';
import { parseBlocking } from './blocking-query.js';
import { Connections } from './connections.js';
import { ConsulError } from './consul-error.js';
import type { ConsulRequest, ConsulResponse } from './consul-request.js';
import { LongAnswers, type Place } from './long-answers.js';
import { announcesBody, Bodies, hasBody } from './read-body.js';
import { handlerOf, type Route, Router } from './router.js';
import { sendError, sendResponse } from './send.js';
import { parseTarget } from './target.js';

/** Where to listen, and who may ask. */
export interface ConsulServerOptions {
  readonly host: string;
  readonly port: number;
  /** Every request needs it when it is set. */
  readonly token: string | undefined;
  readonly datacenter: string;
  readonly limits?: TrafficLimits;
}

const ANY_BODY = { limit: 1024 * 1024, tooLarge: (bytes: number) => `Request body(${bytes} bytes) too large` };
const EMPTY = Buffer.alloc(0);
const NO_QUERY = new URLSearchParams();
/** Longer than clients keep idle connections, so that none is closed under a request. */
const KEEP_ALIVE_MS = 125_000;
const REFUSAL_STATUS = { full: 413, busy: 429 } as const;

/** What was asked for, as far as the answer is sent by it. */
interface Asked {
  readonly query: URLSearchParams;
  readonly route: Route;
  readonly reserved: Place | undefined;
}

/**
 * The Consul HTTP API on a port of its own. It has no `upgrade` listener on purpose: clients that offer HTTP/2 on every request
 * (`Upgrade: h2c`) are answered in HTTP/1.1.
 */
export class ConsulServer {
  private readonly router: Router;
  private readonly server: Server;
  private readonly waiting = new Set<() => void>();
  private readonly limits: TrafficLimits;
  private readonly bodies: Bodies;
  private readonly longAnswers: LongAnswers;
  private readonly cache: AnswerCache;

  constructor(
    routes: readonly Route[],
    private readonly options: ConsulServerOptions,
    private readonly logger: Logger,
  ) {
    this.router = new Router(routes);
    this.limits = options.limits ?? TRAFFIC_LIMITS;
    this.longAnswers = new LongAnswers(this.limits.answerBytes);
    this.cache = new AnswerCache(this.limits.cachedBytes);
    const connections = new Connections(this.limits);
    this.bodies = new Bodies(this.limits, (incoming) => connections.progressed(incoming));
    const serve = (incoming: IncomingMessage, outgoing: ServerResponse) => this.serve(incoming, outgoing);
    const take = (incoming: IncomingMessage, outgoing: ServerResponse) => connections.inTurn(incoming, outgoing, serve);
    const { unfinishedMs, requestMs } = this.limits;
    const timeouts = { headersTimeout: unfinishedMs, requestTimeout: requestMs, connectionsCheckingInterval: unfinishedMs / 2 };
    this.server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, ...timeouts }, take);
    // A body that is too long is refused before it is asked for.
    this.server.on('checkContinue', take);
    this.server.on('connection', (socket) => connections.add(socket));
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
    for (const end of this.waiting) end();
    await closeServer(this.server);
  }

  private serve(incoming: IncomingMessage, outgoing: ServerResponse): void {
    try {
      const { path, search } = parseTarget(incoming.url ?? '/');
      const query = search === '' ? NO_QUERY : new URLSearchParams(search);
      const { route, rest } = this.router.find(path, search);
      const handler = handlerOf(route, incoming.method ?? 'GET');
      checkToken(incoming.headers, query, this.options.token);
      let key: string | undefined;
      let reserved: Place | undefined;
      const request: ConsulRequest = {
        rest,
        query,
        headers: incoming.headers,
        body: EMPTY,
        whenGone: (end) => this.hold(outgoing, end),
        reserve: (bytes) => (reserved = this.reserve(outgoing, bytes)),
        cached: (watchers, interest, read) => this.cache.read((key ??= cacheKey(path, query)), watchers, interest, read),
      };
      if (query !== NO_QUERY && !isOfAgent(path)) {
        parseBlocking(request);
        this.checkDatacenter(query);
      }
      const answer = async (complete: ConsulRequest) => {
        const response = await handler(complete);
        if (!outgoing.destroyed) await this.send(outgoing, response, { query, route, reserved });
      };
      const body = route.body ?? ANY_BODY;
      const done = hasBody(incoming, body) ? this.withBody(incoming, outgoing, body, request, answer) : answer(request);
      done.catch((error: unknown) => this.fail(incoming, outgoing, error));
    } catch (error) {
      this.fail(incoming, outgoing, error);
    }
  }

  private async withBody(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    limit: NonNullable<Route['body']>,
    request: ConsulRequest,
    answer: (request: ConsulRequest) => Promise<void>,
  ): Promise<void> {
    if (incoming.headers.expect !== undefined) outgoing.writeContinue();
    await this.bodies.read(incoming, limit, (body) => answer({ ...request, body }));
  }

  private async send(outgoing: ServerResponse, response: ConsulResponse, { query, route, reserved }: Asked): Promise<void> {
    await sendResponse(outgoing, response, {
      isPretty: query.has('pretty'),
      consistency: tellsConsistency(route) ? consistencyOf(query) : undefined,
      limits: this.limits,
      longAnswers: this.longAnswers,
      reserved,
    });
  }

  /** Room for an answer that is not there yet: its client cannot be slow to take it. */
  private reserve(outgoing: ServerResponse, bytes: number): Place | undefined {
    if (outgoing.destroyed) return undefined;
    const kept = Math.min(bytes, MADE_WHILE_SENT_BYTES);
    const place = this.longAnswers.enter(kept, this.limits.yieldMs, () => outgoing.destroy());
    place?.hold();
    if (place !== undefined) outgoing.once('close', () => place.leave());
    return place;
  }

  private fail(incoming: IncomingMessage, outgoing: ServerResponse, error: unknown): void {
    if (outgoing.destroyed) return;
    if (outgoing.headersSent) {
      this.logger.error({ err: error, path: pathOf(incoming) }, 'An answer of the Consul API broke off');
      outgoing.destroy();
      return;
    }
    // What is left of a body that was not read would be taken for the next request.
    if (!incoming.complete && announcesBody(incoming)) outgoing.setHeader('Connection', 'close');
    const answer = consulErrorOf(error);
    if (answer instanceof ConsulError) {
      sendError(outgoing, answer);
      return;
    }
    this.logger.error({ err: error, path: pathOf(incoming) }, 'Request to the Consul API failed');
    sendError(outgoing, new ConsulError(500, 'Internal error: the write or read failed; see the log of the registry'));
  }

  private checkDatacenter(query: URLSearchParams): void {
    const datacenter = query.get('dc') ?? '';
    if (datacenter !== '' && datacenter !== this.options.datacenter) throw new ConsulError(500, 'No path to datacenter');
  }

  private hold(outgoing: ServerResponse, end: () => void): void {
    const { heldQueries } = this.limits;
    if (this.waiting.size >= heldQueries) {
      throw new ConsulError(429, `Limit reached: ${heldQueries} blocking queries are held; try again later`);
    }
    this.waiting.add(end);
    outgoing.once('close', () => {
      this.waiting.delete(end);
      if (!outgoing.writableFinished) end();
    });
  }
}

/** What the store throws, as it is answered; everything else as it is. */
function consulErrorOf(error: unknown): unknown {
  if (error instanceof Refusal) return new ConsulError(REFUSAL_STATUS[error.reason], error.message);
  return error instanceof Rejection ? new ConsulError(error.status, error.message) : error;
}

/** For the log: a query may hold a token. */
function pathOf({ url }: IncomingMessage): string {
  return splitTarget(url)[0];
}

/** The agent's own endpoints ask no one else: they know neither datacenters nor consistency. */
function isOfAgent(path: string): boolean {
  return path.startsWith('/v1/agent/') || path === '/v1/catalog/datacenters';
}

/** Only these say in a header how consistent they are. */
function tellsConsistency({ path }: Route): boolean {
  return path.startsWith('/v1/health/') || path.startsWith('/v1/catalog/');
}

function consistencyOf(query: URLSearchParams): string {
  if (query === NO_QUERY) return 'leader';
  return query.has('stale') ? 'stale' : query.has('consistent') ? 'consistent' : 'leader';
}
