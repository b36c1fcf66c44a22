import { InjectConfig, type LiveConfig } from '@app/config';
import { decideLimit, formatLimit, type PassRecord, Topic } from '@app/contracts';
import { PARTITIONED_LOG, type PartitionedLog, partitionOf } from '@app/streaming';
import { Inject, Injectable } from '@nestjs/common';
import { AppendedMarksRepository, type MarkedRecord } from '../marks/appended-marks.repository.js';
import { markOf } from '../marks/record-mark.js';
import { type OverloadConfig, overloadConfig } from '../overload.config.js';

/** A valid record and the text that it came as. */
export interface IncomingRecord {
  record: PassRecord;
  text: string;
}

/** What became of some records. */
export interface WriteOutcome {
  accepted: number;
  duplicates: number;
}

interface Job {
  records: (MarkedRecord & { text: string; limit: string })[];
  resolve: (outcome: WriteOutcome) => void;
  reject: (error: unknown) => void;
}

const MAX_RECORDS_AT_ONCE = 2_000;

/**
 * Puts records into the log and tells duplicates. Per partition one write at a time, which takes along all that has come meanwhile: within this
 * process no two writes can miss each other's records, and many small uploads cost no more than a few large ones. Decides here, once, the limit
 * that a record must keep: all who read the log judge by it, whenever they read it and whatever is configured then.
 */
@Injectable()
export class PassRecordWriter {
  private readonly queues = new Map<number, Job[]>();

  constructor(
    @Inject(PARTITIONED_LOG) private readonly log: PartitionedLog,
    private readonly marks: AppendedMarksRepository,
    @InjectConfig(overloadConfig) private readonly overload: LiveConfig<OverloadConfig>,
  ) {}

  /**
   * @returns once all that is accepted is durable
   * @throws AppError STREAM_BACKLOG_FULL, STREAM_UNAVAILABLE; then some of the records may be in the log
   */
  async write(records: readonly IncomingRecord[]): Promise<WriteOutcome> {
    const partitions = this.log.partitions(Topic.PassRecords);
    const { limits } = this.overload.value;
    const byPartition = new Map<number, Job['records']>();
    for (const { record, text } of records) {
      const partition = partitionOf(record.stationCode, partitions);
      const limit = formatLimit(decideLimit(record, limits));
      const marked = { stationCode: record.stationCode, mark: markOf(record.recordId), text, limit };
      const list = byPartition.get(partition);
      if (list === undefined) byPartition.set(partition, [marked]);
      else list.push(marked);
    }
    const outcomes = await settle([...byPartition].map(([partition, list]) => this.enqueue(partition, list)));
    return sum(outcomes);
  }

  private enqueue(partition: number, records: Job['records']): Promise<WriteOutcome> {
    const { promise, resolve, reject } = Promise.withResolvers<WriteOutcome>();
    const job = { records, resolve, reject };
    const queue = this.queues.get(partition);
    if (queue !== undefined) queue.push(job);
    else {
      const jobs = [job];
      this.queues.set(partition, jobs);
      void this.drain(partition, jobs);
    }
    return promise;
  }

  private async drain(partition: number, queue: Job[]): Promise<void> {
    while (queue.length > 0) {
      const jobs = takeJobs(queue);
      try {
        const outcomes = await this.append(partition, jobs);
        for (const [index, job] of jobs.entries()) job.resolve(outcomes[index] ?? { accepted: 0, duplicates: 0 });
      } catch (error) {
        for (const job of jobs) job.reject(error);
      }
    }
    this.queues.delete(partition);
  }

  private async append(partition: number, jobs: readonly Job[]): Promise<WriteOutcome[]> {
    const all = jobs.flatMap((job) => job.records);
    const known = await this.marks.findKnown(partition, all);
    const seen = new Set<string>();
    const fresh: Job['records'] = [];
    const outcomes = jobs.map(({ records }) => {
      const before = fresh.length;
      for (const record of records) {
        const key = `${record.stationCode}${record.mark}`;
        if (!known.has(record) && !seen.has(key)) fresh.push(record);
        seen.add(key);
      }
      const accepted = fresh.length - before;
      return { accepted, duplicates: records.length - accepted };
    });
    if (fresh.length > 0) {
      const entries = fresh.map(({ stationCode, text, limit }) => ({ key: stationCode, value: text, header: limit }));
      await this.log.append(Topic.PassRecords, entries);
      await this.marks.note(partition, fresh);
    }
    return outcomes;
  }
}

function takeJobs(queue: Job[]): Job[] {
  let count = 0;
  let records = 0;
  for (const job of queue) {
    if (count > 0 && records + job.records.length > MAX_RECORDS_AT_ONCE) break;
    count += 1;
    records += job.records.length;
  }
  return queue.splice(0, count);
}

/** All are waited for, so that nothing of a failed upload is still being written when it is answered. */
async function settle<T>(promises: Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

function sum(outcomes: readonly WriteOutcome[]): WriteOutcome {
  const total = { accepted: 0, duplicates: 0 };
  for (const { accepted, duplicates } of outcomes) {
    total.accepted += accepted;
    total.duplicates += duplicates;
  }
  return total;
}
