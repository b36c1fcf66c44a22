import { addCounts, cityOf, countyOf, noCounts, type OverloadCounts, type ReportGroup, type ReportQuery, Topic } from '@app/contracts';
import { InjectRedis, type RedisClient } from '@app/redis';
import { PARTITIONED_LOG, type PartitionedLog } from '@app/streaming';
import { Inject, Injectable } from '@nestjs/common';
import { Key, parseCounts, partitionPrefix } from '../state-layout.js';
import { chinaDay } from '../time-buckets.js';
import { type CounterBucket, planCounters } from './counter-plan.js';

const HASHES_AT_ONCE = 500;
/** The key that a station's counts add to, where it is made from the station. */
const KEY_OF: Partial<Record<ReportGroup, (stationCode: string) => string>> = { county: countyOf, city: cityOf };

/** Reads the counters that the consumer keeps. */
@Injectable()
export class CountersRepository {
  constructor(
    @InjectRedis('stream') private readonly redis: RedisClient,
    @Inject(PARTITIONED_LOG) private readonly log: PartitionedLog,
  ) {}

  /** @returns counts by the key of the query's group */
  async sum(query: ReportQuery): Promise<Map<string, OverloadCounts>> {
    const partitions = Array.from({ length: this.log.partitions(Topic.PassRecords) }, (_, partition) => partition);
    const sums = new Map<string, OverloadCounts>();
    await Promise.all(partitions.map((partition) => this.addPartition(partition, query, sums)));
    return sums;
  }

  private async addPartition(partition: number, query: ReportQuery, sums: Map<string, OverloadCounts>): Promise<void> {
    const prefix = partitionPrefix(partition);
    const days = await this.redis.zrangebyscore(prefix + Key.Days, chinaDay(query.from), chinaDay(query.to - 1));
    const buckets = planCounters(query, days.map(Number));
    for (let first = 0; first < buckets.length; first += HASHES_AT_ONCE) {
      const part = buckets.slice(first, first + HASHES_AT_ONCE);
      const hashes = await Promise.all(part.map(({ name }) => this.redis.hgetall(prefix + name)));
      for (const [index, hash] of hashes.entries()) addHash(hash, part[index], query, sums);
    }
  }
}

function addHash(
  hash: Record<string, string>,
  bucket: CounterBucket | undefined,
  { area = '', by }: ReportQuery,
  sums: Map<string, OverloadCounts>,
): void {
  for (const station of Object.keys(hash)) {
    if (!station.startsWith(area)) continue;
    const key = bucket?.key ?? KEY_OF[by]?.(station) ?? station;
    let sum = sums.get(key);
    if (sum === undefined) {
      sum = noCounts();
      sums.set(key, sum);
    }
    addCounts(sum, parseCounts(hash[station] ?? ''));
  }
}
