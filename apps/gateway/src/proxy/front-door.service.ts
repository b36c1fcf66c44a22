import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '@app/errors';
import { ClientAddress } from '@app/security';
import { ServiceLifecycle } from '@app/service';
import { Inject, Injectable } from '@nestjs/common';
import type { FilterOutcome } from '../filter/filter.types.js';
import type { LiveGatewayConfig } from '../gateway.config.js';
import { GatewayError } from '../gateway.errors.js';
import { LIVE_GATEWAY_CONFIG } from '../gateway.tokens.js';
import { RouteService } from '../route/route.service.js';
import type { Route } from '../route/route.types.js';
import { admit } from './admission.js';
import { answerError } from './answer-error.js';
import { ExchangeObserver } from './exchange-observer.service.js';
import { Exchange } from './exchange.js';
import { runFilters } from './filter-chain.js';
import { HeaderList } from './header-list.js';
import { redirectAnswer, sendAnswer } from './local-answer.js';
import { canonicalLocation } from './page-visit.js';
import { ProxyService } from './proxy.service.js';

const NOT_KNOWN_YET = 'The gateway has just started and does not know all services yet.';
const NOWHERE = { path: '', query: '' };
/** RFC 6797 section 6.1: for a year, browsers ask this host over https alone. */
const STRICT_TRANSPORT_SECURITY = ['strict-transport-security', 'max-age=31536000'] as const;

/** Where every request comes in: admitted or refused, matched with a route, led through its filters, and sent. No Nest on this way. */
@Injectable()
export class FrontDoor {
  private addresses: ClientAddress;

  constructor(
    @Inject(LIVE_GATEWAY_CONFIG) private readonly config: LiveGatewayConfig,
    private readonly routes: RouteService,
    private readonly proxy: ProxyService,
    private readonly observer: ExchangeObserver,
    private readonly lifecycle: ServiceLifecycle,
  ) {
    this.addresses = new ClientAddress(config.value.trustedProxies);
    config.onChange(({ trustedProxies }) => {
      this.addresses = new ClientAddress(trustedProxies);
    });
  }

  /**
   * Takes a request, unless it is for the gateway's own pages.
   *
   * @returns false when it is left to others
   */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    // While the gateway stops, no connection is kept for a next request.
    if (this.lifecycle.stopping.aborted) response.shouldKeepAlive = false;
    if (this.config.value.publicUrl.startsWith('https:')) response.setHeader(...STRICT_TRANSPORT_SECURITY);
    const client = this.addresses.of(request);
    let exchange: Exchange;
    try {
      const { target, lines } = admit(request, this.config.value.limits.target);
      exchange = new Exchange(request, response, target, new HeaderList(lines), client);
    } catch (error) {
      exchange = new Exchange(request, response, NOWHERE, new HeaderList(), client);
      this.observe(exchange);
      answerError(exchange, error);
      return true;
    }
    const route = this.routes.table.find(exchange);
    const elsewhere = canonicalLocation(request, this.config.value.publicUrl);
    if (route === undefined && elsewhere === undefined && !this.routes.mayStillCome(exchange)) return false;
    this.observe(exchange, route);
    if (elsewhere !== undefined) sendAnswer(response, redirectAnswer(elsewhere));
    else if (route !== undefined) this.forward(exchange, route);
    else answerError(exchange, new AppError(GatewayError.GW_NO_INSTANCE, { detail: NOT_KNOWN_YET, retryAfterSeconds: 1 }));
    return true;
  }

  private forward(exchange: Exchange, route: Route): void {
    try {
      const outcome = runFilters(route.filters, exchange);
      if (outcome instanceof Promise) void this.forwardLater(exchange, route, outcome);
      else this.conclude(exchange, route, outcome);
    } catch (error) {
      answerError(exchange, error);
    }
  }

  private async forwardLater(exchange: Exchange, route: Route, pending: Promise<FilterOutcome>): Promise<void> {
    try {
      this.conclude(exchange, route, await pending);
    } catch (error) {
      answerError(exchange, error);
    }
  }

  private conclude(exchange: Exchange, route: Route, outcome: FilterOutcome): void {
    if (exchange.response.destroyed) return;
    if (outcome === undefined) this.proxy.send(exchange, route);
    else sendAnswer(exchange.response, outcome);
  }

  private observe(exchange: Exchange, route?: Route): void {
    exchange.route = route;
    this.lifecycle.begin();
    this.observer.begin(exchange);
    exchange.response.on('close', () => {
      exchange.upstream?.onClientClose();
      this.lifecycle.end();
      this.observer.end(exchange);
    });
  }
}
