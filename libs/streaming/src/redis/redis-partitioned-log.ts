import { AppError } from '@app/errors';
import type { Redis } from 'ioredis';
import { partitionOf } from '../partition.js';
import {
  BEGINNING,
  type GroupMembership,
  type LogBounds,
  type LogEntry,
  type LogReader,
  type LogRecord,
  type Offset,
  type OffsetStanding,
  PartitionCountError,
  type PartitionedLog,
  UnknownGroupError,
} from '../partitioned-log.js';
import { StreamError } from '../streaming.errors.js';
import { groupsKey, metaKey, streamKey, trimmedKey } from './log-keys.js';
import { RedisGroupMembership } from './redis-group-membership.js';
import { RedisLogReader, toRecords } from './redis-log-reader.js';
import { APPEND, COMMITTED } from './scripts.js';
import { compareStreamIds } from './stream-id.js';

/** Records of one script call: bounds how long Redis is busy with it. */
const MAX_RECORDS_PER_CALL = 1_000;
const RETRY_AFTER_SECONDS = 2;

/** How a {@link RedisPartitionedLog} keeps its records. */
export interface RedisLogSettings {
  /** Partitions of every topic. */
  partitions: number;
  /** Groups that must have committed a record before it is dropped, at least one; no others may join. */
  groups: readonly string[];
  /** Most records per partition that wait for the slowest group. */
  backlogLimit: number;
  /** Records per partition that are kept although all groups have committed them. */
  tail: number;
  /** Longest wait of a reader, in ms. */
  waitMs: number;
  /** Life of a member's lease, in ms. */
  leaseMs: number;
}

/** A {@link PartitionedLog} on Redis Streams: one stream per partition, offsets are its entry ids. */
export class RedisPartitionedLog implements PartitionedLog {
  private readonly opened = new Map<string, Promise<void>>();

  constructor(
    private readonly redis: Redis,
    private readonly settings: RedisLogSettings,
  ) {}

  partitions(): number {
    return this.settings.partitions;
  }

  async open(topic: string): Promise<void> {
    let opening = this.opened.get(topic);
    if (opening === undefined) {
      opening = this.checkPartitions(topic);
      this.opened.set(topic, opening);
      opening.catch(() => this.opened.delete(topic));
    }
    await opening;
  }

  async append(topic: string, entries: readonly LogEntry[]): Promise<void> {
    const calls = this.toCalls(entries);
    try {
      await this.open(topic);
      const limit = this.settings.backlogLimit + this.settings.tail;
      await Promise.all(calls.map(({ partition, pairs }) => APPEND.run(this.redis, [streamKey(topic, partition)], [limit, ...pairs])));
    } catch (error) {
      throw toAppendError(error);
    }
  }

  async read(topic: string, partition: number, after: Offset, max: number): Promise<LogRecord[]> {
    return toRecords(await this.redis.xrange(streamKey(topic, partition), `(${after}`, '+', 'COUNT', max));
  }

  openReader(topic: string): LogReader {
    return new RedisLogReader(this.redis, topic, this.settings.waitMs);
  }

  async bounds(topic: string, partition: number): Promise<LogBounds> {
    const key = streamKey(topic, partition);
    const [first, last] = await Promise.all([
      this.redis.xrange(key, '-', '+', 'COUNT', 1),
      this.redis.xrevrange(key, '+', '-', 'COUNT', 1),
    ]);
    return { earliest: first[0]?.[0], latest: last[0]?.[0] };
  }

  /** Trimming leaves every group's last committed record in place, so a stored offset that is not there was not reached by trimming. */
  async standing(topic: string, partition: number, offset: Offset): Promise<OffsetStanding> {
    if (offset === BEGINNING) {
      return Number(await this.redis.get(trimmedKey(topic, partition))) > 0 ? 'trimmed' : 'within';
    }
    const [found, { latest }] = await Promise.all([
      this.redis.xrange(streamKey(topic, partition), offset, offset, 'COUNT', 1),
      this.bounds(topic, partition),
    ]);
    if (found.length > 0) return 'within';
    return latest === undefined || compareStreamIds(offset, latest) > 0 ? 'ahead' : 'trimmed';
  }

  join(topic: string, group: string): GroupMembership {
    if (!this.settings.groups.includes(group)) throw new UnknownGroupError(group, this.settings.groups);
    return new RedisGroupMembership(this.redis, topic, group, this.settings);
  }

  async committed(topic: string, partition: number, group: string, offset: Offset): Promise<void> {
    const keys = [groupsKey(topic, partition), streamKey(topic, partition), trimmedKey(topic, partition)];
    await COMMITTED.run(this.redis, keys, [group, offset, this.settings.tail, ...this.settings.groups]);
  }

  /** Each with values and headers in turn. */
  private toCalls(entries: readonly LogEntry[]): { partition: number; pairs: string[] }[] {
    const calls: { partition: number; pairs: string[] }[] = [];
    const open = new Map<number, string[]>();
    for (const { key, value, header = '' } of entries) {
      const partition = partitionOf(key, this.settings.partitions);
      let pairs = open.get(partition);
      if (pairs === undefined || pairs.length >= 2 * MAX_RECORDS_PER_CALL) {
        pairs = [];
        open.set(partition, pairs);
        calls.push({ partition, pairs });
      }
      pairs.push(value, header);
    }
    return calls;
  }

  private async checkPartitions(topic: string): Promise<void> {
    await this.redis.hsetnx(metaKey(topic), 'partitions', this.settings.partitions);
    const actual = Number(await this.redis.hget(metaKey(topic), 'partitions'));
    if (actual !== this.settings.partitions) throw new PartitionCountError(topic, actual, this.settings.partitions);
  }
}

function toAppendError(error: unknown): AppError {
  const message = error instanceof Error ? error.message : '';
  const definition = message.startsWith('BACKLOGFULL') ? StreamError.STREAM_BACKLOG_FULL : StreamError.STREAM_UNAVAILABLE;
  return new AppError(definition, { cause: error, retryAfterSeconds: RETRY_AFTER_SECONDS });
}
