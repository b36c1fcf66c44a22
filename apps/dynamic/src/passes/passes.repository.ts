import { InjectRedis, type RedisClient } from '@app/redis';
import { BEGINNING, type CheckpointStore, type Offset } from '@app/streaming';
import { Injectable } from '@nestjs/common';
import { LIVE_CHANNEL } from '../live/live-channel.js';
import { offsetKey, partitionPrefix } from '../state-layout.js';
import { COMMIT } from './commit.script.js';
import type { PassBatch } from './pass-batch.js';

/** Which step of a partition a batch is. */
export interface Step {
  partition: number;
  from: Offset;
  to: Offset;
}

/** Marks, counters and offset of each partition, changed together. */
@Injectable()
export class PassesRepository implements CheckpointStore {
  constructor(@InjectRedis('stream') private readonly redis: RedisClient) {}

  async load(_topic: string, partition: number): Promise<Offset> {
    return (await this.redis.get(offsetKey(partition))) ?? BEGINNING;
  }

  /** @returns how many passes counted (the others had been counted before), or undefined when `from` was not the stored offset */
  async commit({ partition, from, to }: Step, batch: PassBatch): Promise<number | undefined> {
    const args = [partitionPrefix(partition), partition, LIVE_CHANNEL, from, to, JSON.stringify(batch)];
    const counted = await COMMIT.run<number>(this.redis, [offsetKey(partition)], args);
    return counted === -1 ? undefined : counted;
  }
}
