import { AppError } from '@app/errors';
import { defineScript, InjectRedis, type RedisClient } from '@app/redis';
import { hashSecret } from '@app/security';
import { Inject, Injectable } from '@nestjs/common';
import type { LiveGatewayConfig } from '../gateway.config.js';
import { GatewayError } from '../gateway.errors.js';
import { LIVE_GATEWAY_CONFIG } from '../gateway.tokens.js';
import { SessionSecrets } from './session-secrets.js';
import { type Session, sessionSchema } from './session.types.js';

/** Share of the idle time in which use is not written down. */
const UNWRITTEN_USE = 0.1;

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

  /** The session; undefined when there is none. Does not count as use. */
  async find(id: string): Promise<Session | undefined> {
    return this.decode(id, await this.run(() => this.redis.get(keyOf(id))));
  }

  /**
   * The session, because its browser uses it: its idle time begins anew. Each write goes to the disk of Redis, so that waits until a part of
   * the time has passed; a session ends that much earlier at most.
   */
  async use(id: string): Promise<Session | undefined> {
    const key = keyOf(id);
    const [sealed, secondsLeft] = await this.run(() => Promise.all([this.redis.get(key), this.redis.ttl(key)]));
    const isDue = sealed !== null && secondsLeft < this.idleSeconds * (1 - UNWRITTEN_USE);
    if (isDue) await this.run(() => this.redis.expire(key, this.idleSeconds));
    return this.decode(id, sealed);
  }

  /** Replaces a session that is still there, its time left as it is; one that was ended meanwhile stays ended. */
  async replace(id: string, session: Session): Promise<void> {
    await this.run(() => this.redis.set(keyOf(id), this.encode(id, session), 'KEEPTTL', 'XX'));
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

  /** What another version of the gateway wrote may have another shape: no session, then. */
  private decode(id: string, sealed: string | null): Session | undefined {
    const text = sealed === null ? undefined : this.secrets.open(sealed, id);
    return text === undefined ? undefined : sessionSchema.safeParse(JSON.parse(text)).data;
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
