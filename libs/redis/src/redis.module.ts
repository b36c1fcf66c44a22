/// <reference lib="esnext.error" />
import { ConfigModule, getConfigToken, type LiveConfig } from '@app/config';
import { createLogger, healthRegistry, type HealthStatus } from '@app/telemetry';
import { type DynamicModule, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { createRedisClient, type RedisClient } from './client.js';
import { getRedisToken } from './inject-redis.decorator.js';
import { RedisErrorsInterceptor } from './redis-errors.interceptor.js';
import { type RedisConfig, redisConfigOf, type RedisUse } from './redis.config.js';
import { checkServerSettings } from './server-settings.js';

/** Which connection a service opens. */
export interface RedisModuleOptions {
  use: RedisUse;
}

const log = createLogger('Redis');

/** Owns one client: its health while the service runs, its end when the service ends. */
class RedisConnection implements OnModuleInit, OnApplicationShutdown {
  #unregister: (() => void) | undefined;

  constructor(
    private readonly use: RedisUse,
    private readonly client: RedisClient,
  ) {}

  onModuleInit(): void {
    this.#unregister = healthRegistry.register(this.use === 'default' ? 'redis' : `redis-${this.use}`, () => this.#check());
  }

  onApplicationShutdown(): void {
    this.#unregister?.();
    this.client.disconnect();
  }

  async #check(): Promise<HealthStatus> {
    await this.client.ping();
    return { status: 'up' };
  }
}

/**
 * A connection to Redis by its use: waits for the server at start, warns of settings that lose data, hands on the client
 * (`@InjectRedis(use)`) to the whole application. Health check `redis`, `redis-auth` or `redis-stream`.
 */
@Module({})
export class RedisModule {
  /** For the application's root module; once per use. */
  static forRoot({ use }: RedisModuleOptions): DynamicModule {
    const definition = redisConfigOf(use);
    const token = getRedisToken(use);
    const connection = `RedisConnection(${use})`;
    return {
      // A class per use: Nest takes two dynamic modules of one class and equal metadata for one.
      module: class extends RedisModule {},
      global: true,
      imports: [ConfigModule.forFeature(definition)],
      providers: [
        { provide: token, inject: [getConfigToken(definition)], useFactory: ({ value }: LiveConfig<RedisConfig>) => open(use, value) },
        { provide: connection, inject: [token], useFactory: (client: RedisClient) => new RedisConnection(use, client) },
        { provide: APP_INTERCEPTOR, useClass: RedisErrorsInterceptor },
      ],
      exports: [token],
    };
  }
}

async function open(use: RedisUse, config: RedisConfig): Promise<RedisClient> {
  const client = createRedisClient(config, `causeway-${use}`);
  await untilReady(client, config.startTimeoutMs);
  void checkServerSettings(client).catch((error: unknown) => {
    log.info({ err: error }, "Redis' settings could not be checked");
  });
  return client;
}

/** @throws Error when the server did not answer in time; the client is closed then */
async function untilReady(client: RedisClient, timeoutMs: number): Promise<void> {
  if (client.status === 'ready') return;
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  let lastError: unknown;
  const remember = (error: unknown) => (lastError = error);
  const timer = setTimeout(() => {
    client.disconnect();
    const reason = Error.isError(lastError) ? lastError.message : 'no answer';
    reject(new Error(`Redis could not be used within ${timeoutMs / 1_000} s: ${reason}`, { cause: lastError }));
  }, timeoutMs);
  client.on('error', remember);
  client.once('ready', () => {
    resolve(undefined);
  });
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    client.off('error', remember);
  }
}
