import { AppError } from '@app/errors';
import { defineScript, InjectRedis, type RedisClient } from '@app/redis';
import { hashSecret } from '@app/security';
import { Inject, Injectable } from '@nestjs/common';
import type { LiveGatewayConfig } from '../gateway.config.js';
import { GatewayError } from '../gateway.errors.js';
import { LIVE_GATEWAY_CONFIG } from '../gateway.tokens.js';
import { SessionSecrets } from './session-secrets.js';
import { type Session, sessionSchema } from './session.types.js';

/** KEYS: lock. ARGV: owner. Only the owner gives a lock back: it may have run out and be another's. */
const unlockScript = defineScript(`
  if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
  return 0
`);

/** Sessions in Redis: known by the hash of their id, encrypted with a key that only the id gives. */
@Injectable()
export class SessionRepository {
  constructor(
    @Inject(LIVE_GATEWAY_CONFIG) private readonly config: LiveGatewayConfig,
    @InjectRedis('auth') private readonly redis: RedisClient,
    private readonly secrets: SessionSecrets,
  ) {}

  async create(id: string, session: Session): Promise<void> {
    await this.run(() => this.redis.set(keyOf(id), this.encode(id, session), 'EX', this.idleSeconds));
  }

  /** The session, whose idle time begins anew; undefined when there is none. */
  async find(id: string): Promise<Session | undefined> {
    const sealed = await this.run(() => this.redis.getex(keyOf(id), 'EX', this.idleSeconds));
    if (sealed === null) return undefined;
    const text = this.secrets.open(sealed, id);
    return text === undefined ? undefined : sessionSchema.parse(JSON.parse(text));
  }

  /** Replaces a session that is still there; one that was ended meanwhile stays ended. */
  async replace(id: string, session: Session): Promise<void> {
    await this.run(() => this.redis.set(keyOf(id), this.encode(id, session), 'EX', this.idleSeconds, 'XX'));
  }

  async remove(id: string): Promise<void> {
    await this.run(() => this.redis.unlink(keyOf(id)));
  }

  /** @returns whether the lock is now the owner's */
  async lock(id: string, owner: string, ttlMs: number): Promise<boolean> {
    return (await this.run(() => this.redis.set(lockOf(id), owner, 'PX', ttlMs, 'NX'))) === 'OK';
  }

  async unlock(id: string, owner: string): Promise<void> {
    await this.run(() => unlockScript.run(this.redis, [lockOf(id)], [owner]));
  }

  private get idleSeconds(): number {
    return this.config.value.session.idleSeconds;
  }

  private encode(id: string, session: Session): string {
    return this.secrets.seal(JSON.stringify(session), id);
  }

  private async run<T>(command: () => Promise<T>): Promise<T> {
    try {
      return await command();
    } catch (cause) {
      throw new AppError(GatewayError.GW_IDENTITY_UNAVAILABLE, { cause, retryAfterSeconds: 1 });
    }
  }
}

function keyOf(id: string): string {
  return `gateway:{${hashSecret(id)}}:session`;
}

function lockOf(id: string): string {
  return `gateway:{${hashSecret(id)}}:refresh`;
}
