import { InjectConfig, type LiveConfig } from '@app/config';
import { defineScript, InjectRedis, type RedisClient } from '@app/redis';
import { Injectable } from '@nestjs/common';
import { authConfig, type AuthConfig } from '../auth.config.js';
import { normalizeUsername } from '../credentials/normalize-username.js';
import { orUnavailable } from '../shared/temporarily-unavailable.js';
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

/**
 * Bounds failed sign-ins over all instances: tightly for one account from one address, loosely for one account from everywhere and for one
 * address, so that nobody can lock another's account from one place. Accounts that do not exist are counted like others.
 */
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
    const { perAccountAndAddress, perAccount, perAddress, windowSeconds } = this.config.value.throttle;
    const count = (key: string, max: number) => COUNT.run<number>(this.redis, [key], [windowSeconds, max]);
    return counted(async () => {
      const seconds = await Promise.all([count(pairKey(attempt), perAccountAndAddress), count(addressKey(attempt), perAddress)]);
      // An attempt that is stopped at its own address costs the account nothing.
      return Math.max(...seconds) || count(accountKey(attempt), perAccount);
    });
  }

  /** The attempt succeeded: the account starts anew at this address, and has one fewer elsewhere; so has the address. */
  async succeed(attempt: SignInAttempt): Promise<void> {
    await counted(() => Promise.all([this.redis.unlink(pairKey(attempt)), this.#uncount(accountKey(attempt), addressKey(attempt))]));
  }

  /** The attempt was not decided: as if it had not been made. */
  async takeBack(attempt: SignInAttempt): Promise<void> {
    await counted(() => this.#uncount(pairKey(attempt), accountKey(attempt), addressKey(attempt)));
  }

  #uncount(...keys: string[]): Promise<unknown> {
    return Promise.all(keys.map((key) => UNCOUNT.run(this.redis, [key])));
  }
}

const counted = <T>(work: () => Promise<T>) => orUnavailable('sign-ins cannot be counted now', work);

function accountKey({ username }: SignInAttempt): string {
  return `auth:{${hashId(normalizeUsername(username.slice(0, 256)))}}:throttle:account`;
}

function addressKey({ address }: SignInAttempt): string {
  return `auth:{${hashId(address)}}:throttle:address`;
}

function pairKey(attempt: SignInAttempt): string {
  return `${accountKey(attempt)}:${hashId(attempt.address)}`;
}
