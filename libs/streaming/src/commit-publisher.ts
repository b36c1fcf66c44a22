import { createLogger } from '@app/telemetry';
import type { Offset, PartitionedLog } from './partitioned-log.js';

/** The log only needs committed offsets to drop old records, so it is told at most this often. */
const INTERVAL_MS = 1_000;

/** Tells the log what a group has committed, partition by partition, and no oftener than needed. */
export class CommitPublisher {
  private readonly logger = createLogger(CommitPublisher.name);
  private readonly pending = new Map<number, Offset>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly log: PartitionedLog,
    private readonly topic: string,
    private readonly group: string,
  ) {}

  add(partition: number, offset: Offset): void {
    this.pending.set(partition, offset);
    this.timer ??= setTimeout(() => void this.flush(), INTERVAL_MS);
  }

  /** Publishes what is left. */
  async close(): Promise<void> {
    await this.flush();
  }

  private async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const offsets = [...this.pending];
    this.pending.clear();
    try {
      await Promise.all(offsets.map(([partition, offset]) => this.log.committed(this.topic, partition, this.group, offset)));
    } catch (error) {
      this.logger.warn({ err: error, topic: this.topic }, 'Could not publish committed offsets; later ones will do');
    }
  }
}
