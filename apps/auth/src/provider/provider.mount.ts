import type { IncomingMessage, ServerResponse } from 'node:http';
import { getConfigToken, type LiveConfig } from '@app/config';
import { Header } from '@app/contracts';
import { AppError, CommonError } from '@app/errors';
import { ClientAddress } from '@app/security';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Provider } from 'oidc-provider';
import { authConfig, type AuthConfig } from '../auth.config.js';
import { DEFAULT_CONTENT_POLICY, securityHeaders } from '../pages/security-headers.js';
import { RequestLimiter } from '../shared/request-limiter.js';
import { OIDC_PROVIDER } from './provider.token.js';
import { CLIENT_ENDPOINTS, Route, ROUTE_METHODS } from './routes.js';

/**
 * Mounts oidc-provider natively: in a scope that parses no bodies, it is handed Node's own request and response. Nest's controllers below
 * the same path are more specific, and so go first.
 */
export function mountProvider(app: NestFastifyApplication): void {
  const provider = app.get<Provider>(OIDC_PROVIDER);
  const handler = new ProviderHandler(provider.callback(), app.get<LiveConfig<AuthConfig>>(getConfigToken(authConfig)));
  // Loaded when the application is ready: hooks and the error handler are the application's then.
  void app
    .getHttpAdapter()
    .getInstance()
    .register((scope, _options, done) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', (_request, _payload, parsed) => {
        parsed(null);
      });
      for (const url of [`${Route.Base}/*`, Route.OpenIdDiscovery, Route.OAuthDiscovery]) scope.all(url, handler.handle);
      done();
    });
}

/** What a browser shows gets them all; what programs read does not need them. */
const HEADERS_FOR_BROWSERS = Object.entries(securityHeaders(DEFAULT_CONTENT_POLICY));
const HEADERS_FOR_CLIENTS = [['x-content-type-options', 'nosniff']] as const;

type Callback = (request: IncomingMessage, response: ServerResponse) => unknown;

class ProviderHandler {
  readonly #issuer: URL;
  readonly #address: ClientAddress;
  readonly #failures: RequestLimiter;
  readonly #pages: RequestLimiter;

  constructor(
    private readonly callback: Callback,
    config: LiveConfig<AuthConfig>,
  ) {
    this.#issuer = new URL(config.value.issuer);
    this.#address = new ClientAddress(config.value.trustedProxies);
    const limits = () => config.value.limits;
    this.#failures = new RequestLimiter(() => ({ windowSeconds: limits().windowSeconds, max: limits().failures }));
    this.#pages = new RequestLimiter(() => ({ windowSeconds: limits().windowSeconds, max: limits().pages }));
  }

  readonly handle = (request: FastifyRequest, reply: FastifyReply): void => {
    const path = pathOf(request.url);
    const address = this.#address.of(request.raw);
    checkMethod(path, request, reply);
    const isForClients = CLIENT_ENDPOINTS.has(path);
    if (isForClients) {
      const waitSeconds = this.#failures.waitSeconds(address);
      if (waitSeconds > 0) {
        refuse(reply, waitSeconds);
        return;
      }
      // Failed authentications only: the gateway's exchanges of bad tokens are no fault of the gateway.
      reply.raw.once('finish', () => {
        if (reply.raw.statusCode === 401) this.#failures.count(address);
      });
    } else if (path.startsWith(Route.Authorize) || path.startsWith(Route.EndSession)) {
      this.#pages.count(address);
      const retryAfterSeconds = this.#pages.waitSeconds(address);
      if (retryAfterSeconds > 0) throw new AppError(CommonError.TOO_MANY_REQUESTS, { retryAfterSeconds });
    }
    this.#hand(request.raw, reply, address, isForClients);
  };

  /** Addresses in answers are made from the issuer alone, whatever the request calls the host. */
  #hand(request: IncomingMessage, reply: FastifyReply, address: string, isForClients: boolean): void {
    request.headers.host = this.#issuer.host;
    request.headers[Header.ForwardedProto] = this.#issuer.protocol.slice(0, -1);
    request.headers[Header.ForwardedFor] = address;
    // Kept where there was one: it tells that the request came through the gateway.
    if (request.headers[Header.ForwardedHost] !== undefined) request.headers[Header.ForwardedHost] = this.#issuer.host;
    reply.hijack();
    const headers = isForClients ? HEADERS_FOR_CLIENTS : HEADERS_FOR_BROWSERS;
    for (const [name, value] of headers) reply.raw.setHeader(name, value);
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) reply.raw.setHeader(name, value);
    }
    this.callback(request, reply.raw);
  }
}

/** As oidc-provider matches it: case and one slash at the end do not matter. */
function pathOf(url: string): string {
  return (url.split('?', 1)[0] ?? '').replace(/(?<=.)\/$/, '').toLowerCase();
}

function checkMethod(path: string, request: FastifyRequest, reply: FastifyReply): void {
  const methods = ROUTE_METHODS.get(path) ?? (path.startsWith(`${Route.Authorize}/`) ? ['GET', 'HEAD'] : undefined);
  if (methods === undefined) throw new AppError(CommonError.NOT_FOUND);
  if (methods.includes(request.method)) return;
  reply.header('allow', methods.join(', '));
  throw new AppError(CommonError.METHOD_NOT_ALLOWED);
}

/** RFC 6749 has no code for it; 429 says it all, `temporarily_unavailable` is the nearest. */
function refuse(reply: FastifyReply, waitSeconds: number): void {
  void reply
    .code(429)
    .headers({ 'cache-control': 'no-store', 'retry-after': String(waitSeconds) })
    .send({ error: 'temporarily_unavailable', error_description: 'too many failed requests from this address' });
}
