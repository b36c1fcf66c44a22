import { ConsumerGroup } from '@app/contracts';
import { BEGINNING, type CheckpointStore, type LogBatch, type Offset } from '@app/streaming';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';

/** Where this service's group stands in each partition: kept beside the results, and moved only in their transactions. */
@Injectable()
export class StreamOffsetsRepository implements CheckpointStore {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async load(topic: string, partition: number): Promise<Offset> {
    const key = [topic, ConsumerGroup.Statistics, partition];
    await this.dataSource.query(
      'INSERT INTO stream_offset (topic, consumer_group, partition, committed) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
      [...key, BEGINNING],
    );
    const [row] = await this.dataSource.query<{ committed: Offset }[]>(
      'SELECT committed FROM stream_offset WHERE topic = $1 AND consumer_group = $2 AND partition = $3',
      key,
    );
    return row?.committed ?? BEGINNING;
  }

  /**
   * Moves the offset from where the batch starts to where it ends, and holds it until the transaction ends.
   *
   * @returns false when it was elsewhere: another process has taken the partition over
   */
  async advance(manager: EntityManager, batch: Pick<LogBatch, 'topic' | 'partition' | 'from' | 'to'>): Promise<boolean> {
    const moved = await manager.query<unknown[]>(
      `WITH moved AS (
        UPDATE stream_offset SET committed = $5 WHERE topic = $1 AND consumer_group = $2 AND partition = $3 AND committed = $4 RETURNING 1
      ) SELECT * FROM moved`,
      [batch.topic, ConsumerGroup.Statistics, batch.partition, batch.from, batch.to],
    );
    return moved.length === 1;
  }
}
