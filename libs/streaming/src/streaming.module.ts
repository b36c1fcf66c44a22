import { type ConfigValue, ConfigModule, getConfigToken, type LiveConfig } from '@app/config';
import { getRedisToken, type RedisClient, RedisModule } from '@app/redis';
import { type DynamicModule, Module } from '@nestjs/common';
import { Cluster } from 'ioredis';
import { PARTITIONED_LOG, type PartitionedLog } from './partitioned-log.js';
import { RedisPartitionedLog } from './redis/redis-partitioned-log.js';
import { streamingConfig } from './streaming.config.js';

/** The log, for the whole application. In: `streaming.*` and the stream store's connection. Out: {@link PARTITIONED_LOG}. */
@Module({})
export class StreamingModule {
  static forRoot(): DynamicModule {
    return {
      module: StreamingModule,
      global: true,
      imports: [ConfigModule.forFeature(streamingConfig), RedisModule.forRoot({ use: 'stream' })],
      providers: [
        {
          provide: PARTITIONED_LOG,
          inject: [getRedisToken('stream'), getConfigToken(streamingConfig)],
          // The settings of a log hold for its life: a change takes a restart.
          useFactory: openLog,
        },
      ],
      exports: [PARTITIONED_LOG, ConfigModule],
    };
  }
}

/** One XREAD waits for all partitions of a process, which a cluster would spread over its nodes. */
function openLog(redis: RedisClient, config: LiveConfig<ConfigValue<typeof streamingConfig>>): PartitionedLog {
  if (redis instanceof Cluster) throw new Error('Streams need one Redis server or Sentinel: set STREAM_REDIS_URL to one');
  return new RedisPartitionedLog(redis, config.value);
}
