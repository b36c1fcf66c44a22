import { Inject } from '@nestjs/common';
import type { RedisUse } from './redis.config.js';

/** The injection token of a use's client. */
export function getRedisToken(use: RedisUse = 'default'): string {
  return `Redis(${use})`;
}

/** Injects the {@link RedisClient} of a use that `RedisModule.forRoot` has opened. */
export function InjectRedis(use: RedisUse = 'default'): ParameterDecorator & PropertyDecorator {
  return Inject(getRedisToken(use));
}
