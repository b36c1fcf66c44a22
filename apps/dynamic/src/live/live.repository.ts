import { Topic } from '@app/contracts';
import { AppError, CommonError } from '@app/errors';
import { duplicateForBlocking, InjectRedis, type RedisClient } from '@app/redis';
import { PARTITIONED_LOG, type PartitionedLog } from '@app/streaming';
import { Inject, Injectable } from '@nestjs/common';
import { Key, parseTally, partitionPrefix } from '../state-layout.js';
import { chinaDay, minuteNumber } from '../time-buckets.js';
import { LIVE_CHANNEL } from './live-channel.js';
import { type LiveState, SHOWN_MINUTES } from './live-state.js';
import type { LiveMessage, NewestPass } from './live.types.js';

const SUBSCRIBE_TIMEOUT_MS = 5_000;

/** Reads the live state of all partitions, and hears of its changes. */
@Injectable()
export class LiveRepository {
  constructor(
    @InjectRedis('stream') private readonly redis: RedisClient,
    @Inject(PARTITIONED_LOG) private readonly log: PartitionedLog,
  ) {}

  /** Adds all that is shown at `now` (ms since the epoch) to a state. */
  async load(state: LiveState, now: number): Promise<void> {
    const partitions = Array.from({ length: this.log.partitions(Topic.PassRecords) }, (_, partition) => partition);
    await Promise.all(partitions.map((partition) => this.loadPartition(state, partition, now)));
  }

  /**
   * Listens on a connection of its own, from when the promise resolves.
   *
   * @param onMessage a batch was committed
   * @param onGap messages may have been missed: the connection was lost and is there again
   * @returns ends it
   * @throws AppError UNAVAILABLE when Redis does not answer in time: on this connection no command would end by itself
   */
  async subscribe(onMessage: (message: LiveMessage) => void, onGap: () => void): Promise<() => void> {
    const connection = duplicateForBlocking(this.redis);
    connection.on('message', (_channel: string, text: string) => {
      onMessage(JSON.parse(text) as LiveMessage);
    });
    const timeout = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      timeout.reject(new AppError(CommonError.UNAVAILABLE, { retryAfterSeconds: 1 }));
    }, SUBSCRIBE_TIMEOUT_MS);
    try {
      await Promise.race([connection.subscribe(LIVE_CHANNEL), timeout.promise]);
    } catch (error) {
      connection.disconnect();
      throw error;
    } finally {
      clearTimeout(timer);
    }
    connection.on('ready', onGap);
    return () => {
      connection.disconnect();
    };
  }

  private async loadPartition(state: LiveState, partition: number, now: number): Promise<void> {
    const prefix = partitionPrefix(partition);
    const last = minuteNumber(now);
    const minutes = Array.from({ length: SHOWN_MINUTES }, (_, index) => last - index);
    const today = chinaDay(now);
    const [ofMinutes, ofDay, counties] = await Promise.all([
      Promise.all(minutes.map((minute) => this.redis.hgetall(`${prefix}${Key.Minute}${minute}`))),
      this.redis.hgetall(`${prefix}${Key.Today}${today}`),
      this.redis.smembers(prefix + Key.Counties),
    ]);
    for (const [index, hash] of ofMinutes.entries()) {
      for (const [county, text] of Object.entries(hash)) state.setMinute(last - index, partition, county, parseTally(text));
    }
    for (const [county, text] of Object.entries(ofDay)) state.setDay(today, partition, county, parseTally(text));
    const lists = await Promise.all(counties.map((county) => this.redis.lrange(`${prefix}${Key.Newest}${county}`, 0, -1)));
    // Lists are newest first; of two that came in one millisecond the later one is to stay in front.
    for (const list of lists) state.addNewest(list.map((text) => JSON.parse(text) as NewestPass).reverse());
  }
}
