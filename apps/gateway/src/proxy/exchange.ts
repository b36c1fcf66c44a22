import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context, Span } from '@app/telemetry';
import type { BearerIdentity } from '../identity/identity.types.js';
import { toWords } from '../predicate/path-pattern.js';
import type { MatchedRequest } from '../predicate/predicate.types.js';
import type { Route } from '../route/route.types.js';
import { type HeaderList } from './header-list.js';
import type { RequestTarget } from './request-target.js';

/** One request on its way through the gateway: as it came, as it will be sent, and what is known of it. */
export class Exchange implements MatchedRequest {
  readonly startedAt = performance.now();
  readonly method: string;
  /** As it was asked for, in normal form. */
  readonly originalPath: string;
  readonly words: readonly string[];
  /** As it will be sent. */
  path: string;
  /** As it will be sent, with its `?`. */
  query: string;
  /** In lower case, without port. */
  readonly host: string;
  /** What StripPrefix took away. */
  strippedPrefix = '';
  requestId = '';
  route: Route | undefined;
  identity: BearerIdentity | undefined;
  /** Told when the client's connection for this exchange is closed, however that came. */
  upstream: { onClientClose(): void } | undefined;
  /** Origin of the instance that was asked last. */
  instance: string | undefined;
  /** The code of the problem that the gateway answered with. */
  errorCode: string | undefined;
  span: Span | undefined;
  traceContext: Context | undefined;

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
    target: RequestTarget,
    /** What will be sent; at first the end-to-end fields as they came. */
    readonly headers: HeaderList,
    readonly clientAddress: string,
  ) {
    this.method = request.method ?? 'GET';
    this.originalPath = target.path;
    this.words = toWords(target.path);
    this.path = target.path;
    this.query = target.query;
    this.host = hostName(request.headers.host ?? '');
  }
}

/** The name in a `Host` field (RFC 9110 section 7.2), lower case, without port. */
export function hostName(host: string): string {
  const end = host.startsWith('[') ? host.indexOf(']') + 1 : host.indexOf(':');
  return (end <= 0 ? host : host.slice(0, end)).toLowerCase();
}
