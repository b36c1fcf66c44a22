import { REVOCATION_CHANNEL, type RevocationEvent } from '@app/contracts';
import { duplicateForBlocking, InjectRedis, type RedisClient } from '@app/redis';
import { createLogger, HealthRegistry } from '@app/telemetry';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { z } from 'zod';
import { IdentityService } from './identity.service.js';
import { OpenStreams } from './open-streams.service.js';

const revocationSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('token'), tokenSha256: z.string() }),
  z.object({ kind: z.literal('user'), sub: z.string() }),
  z.object({ kind: z.literal('client'), clientId: z.string() }),
]) satisfies z.ZodType<RevocationEvent>;

/** Hears revocations, and makes sure that nothing is remembered while they could be missed. */
@Injectable()
export class RevocationConsumer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = createLogger(RevocationConsumer.name);
  private connection: RedisClient | undefined;
  private isListening = false;

  constructor(
    @InjectRedis('auth') private readonly redis: RedisClient,
    private readonly identity: IdentityService,
    private readonly openStreams: OpenStreams,
    @Inject(HealthRegistry) private readonly health: HealthRegistry,
  ) {}

  onApplicationBootstrap(): void {
    const connection = duplicateForBlocking(this.redis);
    this.connection = connection;
    connection.on('message', (_channel: string, message: string) => {
      this.take(message);
    });
    connection.on('ready', () => void this.subscribe(connection));
    connection.on('close', () => {
      this.lose();
    });
    if (connection.status === 'ready') void this.subscribe(connection);
    this.health.register('revocations', () =>
      this.isListening ? { status: 'up' } : { status: 'degraded', detail: 'revocations are not heard; every token is asked about' },
    );
  }

  onApplicationShutdown(): void {
    this.isListening = false;
    this.connection?.disconnect();
  }

  private async subscribe(connection: RedisClient): Promise<void> {
    try {
      await connection.subscribe(REVOCATION_CHANNEL);
    } catch (error) {
      this.logger.warn({ err: error }, 'Could not subscribe to revocations');
      return;
    }
    if (this.isListening) return;
    this.isListening = true;
    this.identity.beginRemembering();
    // What was revoked while nobody listened.
    await this.openStreams.recheckAll();
  }

  private lose(): void {
    if (this.isListening) this.logger.warn('Revocations are not heard any more; every token is asked about');
    this.isListening = false;
    this.identity.stopRemembering();
  }

  private take(message: string): void {
    const event = parseRevocation(message);
    if (event === undefined) {
      // Something was revoked, whatever it was.
      this.logger.error('A revocation could not be read; everything remembered is dropped');
      this.identity.beginRemembering();
      void this.openStreams.recheckAll();
      return;
    }
    this.identity.forget(event);
    this.openStreams.revoke(event);
  }
}

/** A revocation as published, or undefined when it is none. */
export function parseRevocation(message: string): RevocationEvent | undefined {
  try {
    return revocationSchema.safeParse(JSON.parse(message)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
