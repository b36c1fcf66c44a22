import { createLogger, type HealthStatus } from '@app/telemetry';
import type { CheckpointStore } from './checkpoint-store.js';
import { CommitPublisher } from './commit-publisher.js';
import type { BatchOutcome, LogBatch } from './log-batch.js';
import { OwnedPartition } from './owned-partition.js';
import { BEGINNING, type GroupMembership, type LogReader, type LogRecord, type PartitionedLog } from './partitioned-log.js';
import { pause } from './pause.js';
import { consumedRecords, consumerDelay, offsetIncidents } from './streaming.metrics.js';

/** How a consumer reads. */
export interface ConsumerSettings {
  /** Most records per partition and batch. */
  batch: number;
  /** Longest wait of one read, in ms. */
  waitMs: number;
  /** Pause after a read that brought less than a full batch, in ms. */
  lingerMs: number;
  /** Silence after which the partitions of a process go to others, in ms. */
  leaseMs: number;
}

/** What a {@link LogConsumer} works with. */
export interface LogConsumerOptions {
  log: PartitionedLog;
  topic: string;
  group: string;
  checkpoints: CheckpointStore;
  settings: ConsumerSettings;
  handle: (batch: LogBatch) => Promise<BatchOutcome>;
}

/** Batches that take longer than this no longer hold up the reading of the other partitions. */
const PATIENCE_MS = 200;
const READ_RETRY_MS = 500;
const SUPERSEDED_PAUSE_MS = 100;
const INCIDENT_SHOWN_MS = 10 * 60_000;

/**
 * Reads one topic for one group: keeps this process' share of the partitions, hands each partition's records over batch by batch, and
 * tries a failed batch again, from the stored offset, after a pause. Plain logic: knows no transport and no framework.
 */
export class LogConsumer {
  private readonly logger = createLogger(LogConsumer.name);
  private readonly owned = new Map<number, OwnedPartition>();
  private readonly membership: GroupMembership;
  private readonly reader: LogReader;
  private readonly commits: CommitPublisher;
  private readonly running = new Set<Promise<void>>();
  private readonly incidents = new Map<number, { at: number; detail: string }>();
  private changed = Promise.withResolvers<undefined>();
  private readonly stopping = new AbortController();
  private lastRenewal = 0;
  private renewalFailure: string | undefined = 'has not joined its group yet';
  private readFailure: string | undefined;
  private renewals: NodeJS.Timeout | undefined;
  private loop: Promise<void> | undefined;

  constructor(private readonly options: LogConsumerOptions) {
    const { log, topic, group } = options;
    this.membership = log.join(topic, group);
    this.reader = log.openReader(topic);
    this.commits = new CommitPublisher(log, topic, group);
  }

  /** Joins the group and starts to read, in the background. */
  start(): void {
    this.loop = this.run();
    this.renewals = setInterval(() => void this.renew(), this.options.settings.leaseMs / 3);
    void this.renew();
  }

  /** Ends the wait, lets batches under way end, publishes offsets, leaves the group. */
  async stop(): Promise<void> {
    this.stopping.abort();
    clearInterval(this.renewals);
    for (const partition of this.owned.values()) partition.release();
    await this.reader.close();
    this.notify();
    await this.loop;
    await Promise.all(this.running);
    await this.commits.close();
    await this.membership
      .leave()
      .catch((error: unknown) => this.logger.warn({ err: error }, 'Could not leave the group; the lease will end'));
  }

  /** `degraded` while it cannot read or a partition fails, and for some time after an offset did not fit the log. */
  health(): HealthStatus {
    const failure = this.renewalFailure ?? this.readFailure;
    if (failure !== undefined) return { status: 'degraded', detail: failure };
    for (const partition of this.owned.values()) {
      if (partition.failures > 0) {
        return {
          status: 'degraded',
          detail: `partition ${partition.id} fails after offset ${partition.stored}, ${partition.failures} times so far`,
        };
      }
    }
    for (const { at, detail } of this.incidents.values()) {
      if (performance.now() - at < INCIDENT_SHOWN_MS) return { status: 'degraded', detail };
    }
    return { status: 'up' };
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const ready = [...this.owned.values()].filter((partition) => partition.isReady);
      if (ready.length === 0) {
        await this.changed.promise;
        this.changed = Promise.withResolvers();
        continue;
      }
      await this.readOnce(ready);
    }
  }

  private async readOnce(ready: readonly OwnedPartition[]): Promise<void> {
    const { batch, waitMs, lingerMs } = this.options.settings;
    const positions = new Map(ready.map((partition) => [partition.id, partition.position]));
    // Not the clock of the day: set back during a long wait, it would make the pause below as long.
    const started = performance.now();
    let found: Map<number, LogRecord[]>;
    try {
      found = await this.reader.read(positions, batch, waitMs);
      this.readFailure = undefined;
    } catch (error) {
      await this.onReadFailure(error);
      return;
    }
    const tasks = [...found].map(([id, records]) =>
      this.track(
        this.dispatch(
          ready.find((one) => one.id === id),
          records,
        ),
      ),
    );
    if (tasks.length === 0) return;
    const patience = new AbortController();
    await Promise.race([Promise.all(tasks), pause(PATIENCE_MS, patience.signal)]);
    patience.abort();
    const isTrickle = [...found.values()].every((records) => records.length < batch);
    if (isTrickle) await pause(lingerMs - (performance.now() - started), this.stopping.signal);
  }

  private async dispatch(partition: OwnedPartition | undefined, records: LogRecord[]): Promise<void> {
    const last = records.at(-1);
    if (partition === undefined || last === undefined || !this.isCurrent(partition)) return;
    const { topic, group, handle } = this.options;
    partition.isBusy = true;
    try {
      const batch: LogBatch = { topic, partition: partition.id, from: partition.stored, to: last.offset, records };
      if ((await handle(batch)) === 'superseded') {
        this.logger.info({ topic, group, partition: partition.id }, 'Another process has moved the offset; loading it again');
        this.restart(partition, SUPERSEDED_PAUSE_MS);
        void this.renew();
        return;
      }
      partition.advance(last.offset);
      this.commits.add(partition.id, last.offset);
      consumedRecords.inc({ topic, group }, records.length);
      consumerDelay.set({ topic, group }, Math.max(0, Date.now() - last.at) / 1_000);
    } catch (error) {
      this.onFailure(partition, 'A batch failed', error);
    } finally {
      partition.isBusy = false;
      this.notify();
    }
  }

  /** After a broken read the log may be another one than before, so every stored offset is checked again. */
  private async onReadFailure(error: unknown): Promise<void> {
    if (this.stopping.signal.aborted) return;
    if (this.readFailure === undefined) this.logger.warn({ err: error, topic: this.options.topic }, 'Reading failed; trying again');
    this.readFailure = 'cannot read the log';
    for (const partition of this.owned.values()) this.restart(partition, READ_RETRY_MS);
    await pause(READ_RETRY_MS, this.stopping.signal);
  }

  private onFailure(partition: OwnedPartition, what: string, error: unknown): void {
    const delayMs = partition.failed();
    const { topic, group } = this.options;
    this.logger.error(
      { err: error, topic, group, partition: partition.id, from: partition.stored, failures: partition.failures, delayMs },
      `${what}; the partition pauses and starts again from its stored offset`,
    );
    this.restart(partition, delayMs);
  }

  /** Has the partition start again from its stored offset, after a pause. */
  private restart(partition: OwnedPartition, delayMs: number): void {
    partition.release();
    if (this.isCurrent(partition)) partition.later(delayMs, () => void this.track(this.load(partition)));
  }

  private async renew(): Promise<void> {
    const asked = performance.now();
    try {
      await this.options.log.open(this.options.topic);
      const mine = new Set(await this.membership.renew());
      if (this.stopping.signal.aborted) return;
      this.lastRenewal = asked;
      this.renewalFailure = undefined;
      for (const id of [...this.owned.keys()]) if (!mine.has(id)) this.drop(id);
      for (const id of mine) if (!this.owned.has(id)) this.take(id);
    } catch (error) {
      this.onRenewalFailure(error);
    }
  }

  /** Without a lease others will read these partitions: stop wasting work on them. */
  private onRenewalFailure(error: unknown): void {
    if (this.stopping.signal.aborted) return;
    const message = error instanceof Error ? error.message : String(error);
    if (this.renewalFailure !== message)
      this.logger.warn({ err: error, topic: this.options.topic }, 'Could not renew the lease on partitions');
    this.renewalFailure = message;
    if (performance.now() - this.lastRenewal > this.options.settings.leaseMs) for (const id of [...this.owned.keys()]) this.drop(id);
  }

  private take(id: number): void {
    const partition = new OwnedPartition(id);
    this.owned.set(id, partition);
    void this.track(this.load(partition));
  }

  private drop(id: number): void {
    this.owned.get(id)?.release();
    this.owned.delete(id);
  }

  private async load(partition: OwnedPartition): Promise<void> {
    const { log, topic, checkpoints } = this.options;
    try {
      const stored = await checkpoints.load(topic, partition.id);
      const standing = await log.standing(topic, partition.id, stored);
      if (!this.isCurrent(partition)) return;
      if (standing !== 'within') this.reportIncident(partition.id, stored, standing);
      partition.start(stored, standing === 'ahead' ? BEGINNING : stored);
      this.notify();
    } catch (error) {
      this.onFailure(partition, 'The stored offset could not be checked', error);
    }
  }

  /** Policy: go on with the earliest record that is left, and say so. Nothing is counted twice: keys decide that, not offsets. */
  private reportIncident(id: number, stored: string, standing: 'trimmed' | 'ahead'): void {
    const { topic, group } = this.options;
    const what = standing === 'ahead' ? 'is ahead of the log, which was lost or restored' : 'is followed by records that are gone';
    const detail = `stored offset ${stored} of partition ${id} ${what}; reading goes on from the earliest record`;
    offsetIncidents.inc({ topic, group, standing });
    this.incidents.set(id, { at: performance.now(), detail });
    this.logger.error({ topic, group, partition: id, stored, standing }, `The ${detail}`);
  }

  private isCurrent(partition: OwnedPartition): boolean {
    return !this.stopping.signal.aborted && this.owned.get(partition.id) === partition;
  }

  private notify(): void {
    this.changed.resolve(undefined);
    this.reader.wake();
  }

  private track(task: Promise<void>): Promise<void> {
    this.running.add(task);
    return task.finally(() => this.running.delete(task));
  }
}
