import type { RevocationEvent } from '@app/contracts';
import { ServiceLifecycle } from '@app/service';
import { createLogger } from '@app/telemetry';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { LiveGatewayConfig } from '../gateway.config.js';
import { LIVE_GATEWAY_CONFIG } from '../gateway.tokens.js';
import type { Exchange } from '../proxy/exchange.js';
import type { BearerIdentity } from './identity.types.js';

/** Most bearers asked about at one time. */
const PARALLEL_RECHECKS = 8;

/**
 * Event streams that are open, and whose: a revocation closes them, and a bearer that has ended otherwise is found out by asking
 * again from time to time.
 */
@Injectable()
export class OpenStreams implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = createLogger(OpenStreams.name);
  private readonly streams = new Map<Exchange, BearerIdentity | undefined>();
  private timer: NodeJS.Timeout | undefined;
  private rechecking: Promise<void> | undefined;
  private isStale = false;

  constructor(
    @Inject(LIVE_GATEWAY_CONFIG) private readonly config: LiveGatewayConfig,
    private readonly lifecycle: ServiceLifecycle,
  ) {}

  get size(): number {
    return this.streams.size;
  }

  onApplicationBootstrap(): void {
    this.lifecycle.stopping.addEventListener('abort', () => {
      this.endAll();
    });
    this.timer = setInterval(() => void this.recheckAll(), this.config.value.identity.recheckSeconds * 1_000).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Follows the stream of an exchange until its response is closed. */
  add(exchange: Exchange): void {
    const { identity, response } = exchange;
    this.streams.set(exchange, identity);
    response.once('close', () => this.streams.delete(exchange));
    // Its head is only about to be written.
    if (this.lifecycle.stopping.aborted) process.nextTick(() => response.end());
  }

  /** Closes the streams that a revocation is about. */
  revoke(event: RevocationEvent): void {
    for (const [exchange, identity] of this.streams) {
      if (identity !== undefined && isAbout(event, identity)) this.close(exchange, 'revoked');
    }
  }

  /** Asks about every bearer; one more time if that was asked for meanwhile. Never rejects. */
  async recheckAll(): Promise<void> {
    this.isStale = true;
    this.rechecking ??= this.recheckWhileStale().finally(() => (this.rechecking = undefined));
    await this.rechecking;
  }

  private async recheckWhileStale(): Promise<void> {
    while (this.isStale) {
      this.isStale = false;
      const waiting = [...this.streams];
      const work = async () => {
        for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await this.recheck(...next);
      };
      await Promise.all(Array.from({ length: PARALLEL_RECHECKS }, work));
    }
  }

  private async recheck(exchange: Exchange, identity: BearerIdentity | undefined): Promise<void> {
    try {
      if ((await identity?.recheck()) === false) this.close(exchange, 'ended');
    } catch (error) {
      this.logger.debug({ err: error }, 'Could not ask about the bearer of an event stream');
    }
  }

  /** Streams have no end of their own to wait for: their readers come back, to another instance. */
  private endAll(): void {
    for (const { response } of this.streams.keys()) response.end();
  }

  private close(exchange: Exchange, reason: string): void {
    this.logger.info({ requestId: exchange.requestId, reason }, 'Closed an event stream: its bearer may not read on');
    exchange.response.destroy();
  }
}

function isAbout(event: RevocationEvent, identity: BearerIdentity): boolean {
  switch (event.kind) {
    case 'token':
      return identity.tokenSha256 === event.tokenSha256;
    case 'user':
      return identity.subject === event.sub;
    case 'client':
      return identity.clientId === event.clientId;
  }
}
