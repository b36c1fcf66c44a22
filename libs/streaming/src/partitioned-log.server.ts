import { healthRegistry } from '@app/telemetry';
import { type CustomTransportStrategy, Server } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import type { BatchOutcome, LogBatch } from './log-batch.js';
import { LogConsumer, type LogConsumerOptions } from './log-consumer.js';

/** What a {@link PartitionedLogServer} reads, for whom, and how. */
export type PartitionedLogServerOptions = Omit<LogConsumerOptions, 'topic' | 'handle'>;

/**
 * Nest's transport for a {@link PartitionedLog}: reads, for one consumer group, every topic that has a `@BatchHandler`, and hands
 * over one batch per partition at a time.
 */
export class PartitionedLogServer extends Server implements CustomTransportStrategy {
  override readonly transportId = Symbol('PARTITIONED_LOG');
  private readonly consumers: { consumer: LogConsumer; forget: () => void }[] = [];

  constructor(private readonly options: PartitionedLogServerOptions) {
    super();
  }

  listen(callback: () => void): void {
    for (const [topic, handler] of this.messageHandlers) {
      const handle = async (batch: LogBatch): Promise<BatchOutcome> => {
        const outcome = this.transformToObservable<unknown>(await handler(batch));
        return (await lastValueFrom(outcome)) as BatchOutcome;
      };
      const consumer = new LogConsumer({ ...this.options, topic, handle });
      consumer.start();
      const forget = healthRegistry.register(`log-${topic}`, () => consumer.health());
      this.consumers.push({ consumer, forget });
    }
    callback();
  }

  /** Lets the batches under way end, publishes their offsets and gives the partitions to the others. */
  async close(): Promise<void> {
    await Promise.all(
      this.consumers.splice(0).map(async ({ consumer, forget }) => {
        await consumer.stop();
        forget();
      }),
    );
  }

  /** There are no events to listen to; part of Nest's contract. */
  on(): void {
    throw new Error('The partitioned log has no events; watch its health check');
  }

  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- Nest's signature
  unwrap<T>(): T {
    return this.options.log as T;
  }
}
