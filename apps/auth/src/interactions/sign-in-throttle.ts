import { InjectConfig, type LiveConfig } from '@app/config';
import { defineScript, InjectRedis, type RedisClient } from '@app/redis';
import { Injectable } from '@nestjs/common';
import { authConfig, type AuthConfig } from '../auth.config.js';
import { normalizeUsername } from '../credentials/normalize-username.js';
import { TemporarilyUnavailable } from '../shared/temporarily-unavailable.js';
import { hashId } from '../tokens/token-keys.js';

/** Counts an attempt before its outcome is known, so that attempts at the same time cannot all slip through. */
const COUNT = defineScript(`
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
if count <= tonumber(ARGV[2]) then return 0 end
return math.max(redis.call('TTL', KEYS[1]), 1)`);

/** Takes one attempt back; never makes a key that has no end. */
const UNCOUNT = defineScript(`
if redis.call('EXISTS', KEYS[1]) == 1 and redis.call('DECR', KEYS[1]) < 0 then redis.call('DEL', KEYS[1]) end
return 0`);

/** Whose attempt it is. */
export interface SignInAttempt {
  username: string;
  address: string;
}

/** Bounds failed sign-ins per account and per address, over all instances. Accounts that do not exist are counted like others. */
@Injectable()
export class SignInThrottle {
  constructor(
    @InjectRedis('auth') private readonly redis: RedisClient,
    @InjectConfig(authConfig) private readonly config: LiveConfig<AuthConfig>,
  ) {}

  /**
   * Counts an attempt.
   *
   * @returns seconds to wait when it must not be made; 0 when it may
   */
  async begin(attempt: SignInAttempt): Promise<number> {
    const { perAccount, perAddress, windowSeconds } = this.config.value.throttle;
    const count = (key: string, max: number) => COUNT.run<number>(this.redis, [key], [windowSeconds, max]);
    return this.#bounded(async () =>
      Math.max(...(await Promise.all([count(accountKey(attempt), perAccount), count(addressKey(attempt), perAddress)]))),
    );
  }

  /** The attempt succeeded: the account starts anew, the address has one fewer. */
  async succeed(attempt: SignInAttempt): Promise<void> {
    await this.#bounded(() => Promise.all([this.redis.unlink(accountKey(attempt)), UNCOUNT.run(this.redis, [addressKey(attempt)])]));
  }

  /** The attempt was not decided: as if it had not been made. */
  async takeBack(attempt: SignInAttempt): Promise<void> {
    await this.#bounded(() => Promise.all([accountKey(attempt), addressKey(attempt)].map((key) => UNCOUNT.run(this.redis, [key]))));
  }

  async #bounded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      throw new TemporarilyUnavailable('sign-ins cannot be counted now', { cause });
    }
  }
}

function accountKey({ username }: SignInAttempt): string {
  return `auth:{${hashId(normalizeUsername(username.slice(0, 256)))}}:throttle:account`;
}

function addressKey({ address }: SignInAttempt): string {
  return `auth:{${hashId(address)}}:throttle:address`;
}
