import type { IncomingHttpHeaders } from 'node:http';
import type { Exchange } from '../proxy/exchange.js';
import type { LocalAnswer } from '../proxy/local-answer.js';
import type { PartFactory } from '../route/part-factory.js';

/** What a filter may do before the request is sent: change the exchange, answer it here, or throw an AppError. */
export type FilterOutcome = LocalAnswer | undefined;

/** A step on the way of a request to its upstream, and of the answer's head back. */
export interface GatewayFilter {
  /** The lowest runs first on the way out; equal ones in the order of definition. */
  readonly order: number;
  /** Returns a promise only when it must wait: the way of most requests has no turn of the event loop. */
  onRequest?(exchange: Exchange): FilterOutcome | Promise<FilterOutcome>;
  /** May change the answer's head: names in lower case. Runs in the opposite order. */
  onResponse?(exchange: Exchange, headers: IncomingHttpHeaders): void;
}

/** Makes filters of one name. */
export type FilterFactory = PartFactory<GatewayFilter>;
