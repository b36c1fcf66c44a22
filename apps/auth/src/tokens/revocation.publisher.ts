import { REVOCATION_CHANNEL, type RevocationEvent } from '@app/contracts';
import { InjectRedis, type RedisClient } from '@app/redis';
import { createLogger } from '@app/telemetry';
import { Injectable } from '@nestjs/common';

/** Tells everyone who remembers a token that it died before its time. */
@Injectable()
export class RevocationPublisher {
  readonly #log = createLogger(RevocationPublisher.name);

  constructor(@InjectRedis('auth') private readonly redis: RedisClient) {}

  /** Never rejects: the token is dead in the store already, and what others remember ends by itself within seconds. */
  async publish(events: readonly RevocationEvent[]): Promise<void> {
    try {
      await Promise.all(events.map((event) => this.redis.publish(REVOCATION_CHANNEL, JSON.stringify(event))));
    } catch (err) {
      this.#log.error({ err, count: events.length }, 'Revocations were not published');
    }
  }
}
