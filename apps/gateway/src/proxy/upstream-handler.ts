import type { IncomingHttpHeaders } from 'node:http';
import type { Lease } from '@app/discovery';
import type { Dispatcher } from 'undici';
import type { Exchange } from './exchange.js';
import { endToEndResponseHeaders } from './header-rules.js';
import type { RequestBody } from './request-body.js';
import type { Upstream } from './upstream-pools.js';

/** What an upstream handler reports. */
export interface UpstreamEvents {
  /** The head of the final answer, before it is passed on; may change the headers. */
  onHead(handler: UpstreamHandler, headers: IncomingHttpHeaders): void;
  /** The attempt failed and nothing of an answer has been passed on. */
  onFailure(handler: UpstreamHandler, error: Error): void;
  /** This attempt is over, however it ended. */
  onEnd(handler: UpstreamHandler): void;
}

/** Why a request is ended early: kept apart from errors of the upstream. */
class ClientGoneError extends Error {
  override readonly name = 'ClientGoneError';
}

/**
 * Passes one upstream answer on to the client as it comes, no faster than the client takes it, and ends the upstream request when
 * the client is gone. Serves for all attempts of one exchange, one after the other.
 */
export class UpstreamHandler implements Dispatcher.DispatchHandler {
  /** Ids of the instances that were asked. */
  readonly tried: string[] = [];
  upstream: Upstream | undefined;
  lease: Lease | undefined;
  private controller: Dispatcher.DispatchController | undefined;
  private stall: NodeJS.Timeout | undefined;
  private isOver = false;
  private hasData = false;

  constructor(
    readonly exchange: Exchange,
    readonly body: RequestBody | null,
    private readonly events: UpstreamEvents,
    /** A client that takes no data for so long is dropped, ms; 0 = never. */
    private readonly stallTimeout: number,
  ) {}

  /** Whether this attempt got as far as a connection: something of the request may have reached the upstream. */
  get wasSent(): boolean {
    return this.controller !== undefined;
  }

  /** A new attempt begins. `lease`: the instance, where the registry knows it. */
  begin(upstream: Upstream, lease?: Lease): void {
    this.upstream = upstream;
    this.lease = lease;
    this.controller = undefined;
    this.isOver = false;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    // The request may have waited in the pool's queue; nobody would ever read an answer whose client has gone meanwhile.
    if (this.exchange.response.destroyed) controller.abort(new ClientGoneError());
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    // Interim answers (RFC 9110 section 15.2) are between the upstream and the gateway.
    if (status < 200) return;
    this.events.onHead(this, headers);
    this.exchange.response.writeHead(status, endToEndResponseHeaders(headers, status));
    process.nextTick(flushHead, this);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { response } = this.exchange;
    // The gateway has ended the answer itself, as it stops: what the upstream still sends has no place in it.
    if (response.writableEnded) {
      controller.abort(new ClientGoneError());
      return;
    }
    this.hasData = true;
    if (response.write(chunk)) return;
    controller.pause();
    if (this.stallTimeout > 0) this.stall = setTimeout(() => response.destroy(), this.stallTimeout);
    response.once('drain', () => {
      clearTimeout(this.stall);
      controller.resume();
    });
  }

  onResponseEnd(): void {
    this.end();
    this.exchange.response.end();
  }

  onResponseError(_: Dispatcher.DispatchController | null, error: Error): void {
    this.end();
    const { response } = this.exchange;
    if (response.destroyed || response.writableEnded) return;
    // Half an answer must not look like a whole one (RFC 9112 section 8).
    if (response.headersSent) response.destroy();
    else this.events.onFailure(this, error);
  }

  /** The client's connection is closed, before or after the whole answer. */
  onClientClose(): void {
    clearTimeout(this.stall);
    if (!this.isOver) this.controller?.abort(new ClientGoneError());
    this.body?.destroy();
  }

  /** Whoever waits for events or for a slow body wants the head before the first piece of it. */
  flushHead(): void {
    if (!this.hasData && !this.isOver) this.exchange.response.flushHeaders();
  }

  private end(): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.stall);
    this.events.onEnd(this);
  }
}

/** Runs after the parser has gone through what it has: most answers come whole, and leave in one piece. */
function flushHead(handler: UpstreamHandler): void {
  handler.flushHead();
}
