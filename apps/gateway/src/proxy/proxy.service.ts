import type { IncomingHttpHeaders } from 'node:http';
import { DiscoveryService, type Instance, type Lease, originOf } from '@app/discovery';
import { AppError } from '@app/errors';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { LiveGatewayConfig } from '../gateway.config.js';
import { GatewayError } from '../gateway.errors.js';
import { LIVE_GATEWAY_CONFIG } from '../gateway.tokens.js';
import { OpenStreams } from '../identity/open-streams.service.js';
import type { Route } from '../route/route.types.js';
import { answerError } from './answer-error.js';
import { errorCodeOf, toGatewayError } from './error-map.js';
import type { Exchange } from './exchange.js';
import { hasRequestBody } from './header-rules.js';
import { bodyTooLong, RequestBody } from './request-body.js';
import { UpstreamHandler, type UpstreamEvents } from './upstream-handler.js';
import { UpstreamPools } from './upstream-pools.js';

const MAX_ATTEMPTS = 3;
const POOL_IDLE_MS = 120_000;
/** Methods that may be sent again when the connection broke before any answer (RFC 9110 section 9.2.2), bodies aside. */
const REPEATABLE = new Set(['GET', 'HEAD', 'OPTIONS']);
const CONNECTION_BROKE = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);
const EVENT_STREAM = 'text/event-stream';

/** Sends exchanges to their upstreams: picks the instance, opens and keeps the connections, tries another instance where that is safe. */
@Injectable()
export class ProxyService implements UpstreamEvents, OnApplicationShutdown {
  private readonly pools = new UpstreamPools(POOL_IDLE_MS);

  constructor(
    @Inject(LIVE_GATEWAY_CONFIG) private readonly config: LiveGatewayConfig,
    private readonly discovery: DiscoveryService,
    private readonly openStreams: OpenStreams,
  ) {}

  /**
   * Sends an exchange whose filters have run; its answer goes to the client as it comes.
   *
   * @throws AppError when there is nobody to send it to, or its body is too long
   */
  send(exchange: Exchange, route: Route): void {
    const { request } = exchange;
    const { limits, timeouts } = this.config.value;
    if (Number(request.headers['content-length'] ?? 0) > limits.body) throw bodyTooLong(limits.body);
    const body = hasRequestBody(request.headers) ? new RequestBody(request, limits.body) : null;
    const handler = new UpstreamHandler(exchange, body, this, timeouts.client);
    exchange.upstream = handler;
    this.attempt(handler, route);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pools.close();
  }

  onHead({ exchange }: UpstreamHandler, headers: IncomingHttpHeaders): void {
    const filters = exchange.route?.filters ?? [];
    for (let index = filters.length - 1; index >= 0; index -= 1) filters[index]?.onResponse?.(exchange, headers);
    if (headers['content-type']?.startsWith(EVENT_STREAM) === true) this.openStreams.add(exchange);
  }

  onFailure(handler: UpstreamHandler, error: Error): void {
    const { exchange } = handler;
    const failure = toGatewayError(error);
    try {
      if (exchange.route !== undefined && mayRepeat(handler, error)) this.attempt(handler, exchange.route);
      else answerError(exchange, failure);
    } catch (exhausted) {
      // No other instance is left: what went wrong with the last one tells more than that.
      answerError(exchange, exhausted instanceof AppError ? failure : exhausted);
    }
  }

  onEnd({ upstream, lease }: UpstreamHandler): void {
    lease?.release();
    if (upstream === undefined) return;
    upstream.inFlight -= 1;
    upstream.lastUsed = performance.now();
  }

  private attempt(handler: UpstreamHandler, route: Route): void {
    const { exchange, body } = handler;
    const { origin, lease } = this.destination(handler, route);
    exchange.instance = origin;
    const upstream = this.pools.get(origin);
    if (upstream.inFlight >= this.config.value.limits.inFlight) {
      lease?.release();
      throw new AppError(GatewayError.GW_OVERLOADED, { retryAfterSeconds: 1 });
    }
    upstream.inFlight += 1;
    handler.begin(upstream, lease);
    this.pools.pool(upstream, route.timeouts.connect).dispatch(
      {
        path: exchange.query === '' ? exchange.path : exchange.path + exchange.query,
        method: exchange.method,
        headers: exchange.headers.lines,
        body,
        headersTimeout: route.timeouts.response,
        bodyTimeout: exchange.request.headers.accept?.includes(EVENT_STREAM) === true ? 0 : route.timeouts.body,
      },
      handler,
    );
  }

  private destination(handler: UpstreamHandler, { target }: Route): { origin: string; lease?: Lease } {
    if (target.kind === 'address') return { origin: target.origin };
    const lease = this.chooseInstance(target.service, handler);
    return { origin: originOf(lease.instance), lease };
  }

  private chooseInstance(service: string, { tried, wasSent }: UpstreamHandler): Lease {
    const wasTried = tried.length === 0 ? undefined : ({ id }: Instance) => tried.includes(id);
    // A connection that broke may have been an old one: where there is no other instance, the same one on a new connection will do.
    const lease = this.discovery.pick(service, wasTried) ?? (wasSent ? this.discovery.pick(service) : undefined);
    if (lease === undefined) throw new AppError(GatewayError.GW_NO_INSTANCE, { retryAfterSeconds: 1, context: { service } });
    tried.push(lease.instance.id);
    return lease;
  }
}

/** Whether a failed attempt may be made again elsewhere: nothing that an upstream may have acted on is sent twice. */
function mayRepeat(handler: UpstreamHandler, error: Error): boolean {
  const { tried, body, exchange } = handler;
  if (tried.length === 0 || tried.length >= MAX_ATTEMPTS || body?.hasBegun === true) return false;
  if (!handler.wasSent) return true;
  return body === null && REPEATABLE.has(exchange.method) && CONNECTION_BROKE.has(errorCodeOf(error));
}
