export { duplicateForBlocking, type RedisClient } from './client.js';
export { InjectRedis, getRedisToken } from './inject-redis.decorator.js';
export { REDIS_USES, redisConfigOf, type RedisConfig, type RedisUse } from './redis.config.js';
export { isRedisConnectionError } from './redis-errors.js';
export { RedisModule, type RedisModuleOptions } from './redis.module.js';
export { defineScript, type RedisScript, type ScriptArgument } from './script.js';
