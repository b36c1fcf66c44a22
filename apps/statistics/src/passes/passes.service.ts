import { InjectConfig, type LiveConfig } from '@app/config';
import { inTransaction } from '@app/persistence';
import type { BatchOutcome, LogBatch } from '@app/streaming';
import { createCounter, createLogger } from '@app/telemetry';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { overloadConfig, type OverloadConfig } from '../overload.config.js';
import { rollUp } from '../rollups/rollups.js';
import { RollupsRepository } from '../rollups/rollups.repository.js';
import { type JudgedPass, judgePasses } from './judged-pass.js';
import { PassPartitions } from './pass-partitions.service.js';
import { PassesRepository } from './passes.repository.js';
import { StreamOffsetsRepository } from './stream-offsets.repository.js';

const logger = createLogger('PassesService');

const recordsTotal = createCounter({
  name: 'statistics_records_total',
  help: 'Records of the log by what became of them.',
  labels: ['outcome'],
});

/**
 * Stores batches of the log. Everything that a batch comes to, and the offset behind it, is one transaction: whenever the process
 * dies, a record is wholly counted or wholly not, and the batch is read again.
 */
@Injectable()
export class PassesService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    @InjectConfig(overloadConfig) private readonly config: LiveConfig<OverloadConfig>,
    private readonly offsets: StreamOffsetsRepository,
    private readonly partitions: PassPartitions,
    private readonly passes: PassesRepository,
    private readonly rollups: RollupsRepository,
  ) {}

  async store(batch: LogBatch): Promise<BatchOutcome> {
    const judged = judgePasses(batch.records, this.config.value.limits);
    await this.partitions.ensure(judged.passes.map(({ passedAt }) => passedAt));
    const stored = await inTransaction(this.dataSource, async (manager) => {
      if (!(await this.offsets.advance(manager, batch))) return undefined;
      return await this.storePasses(manager, judged.passes);
    });
    if (stored === undefined) return 'superseded';
    recordsTotal.inc({ outcome: 'stored' }, stored);
    recordsTotal.inc({ outcome: 'duplicate' }, judged.duplicates + judged.passes.length - stored);
    recordsTotal.inc({ outcome: 'refused' }, judged.refused.length);
    const [first] = judged.refused;
    if (first !== undefined) {
      logger.warn({ ...first, topic: batch.topic, partition: batch.partition, count: judged.refused.length }, 'Records of the log refused');
    }
    return 'committed';
  }

  /** @returns how many of the passes were new */
  private async storePasses(manager: EntityManager, passes: readonly JudgedPass[]): Promise<number> {
    if (passes.length === 0) return 0;
    const fresh = await this.passes.insertKeys(manager, passes);
    if (fresh.length === 0) return 0;
    await this.passes.insertRecords(manager, fresh);
    await this.passes.insertViolations(manager, fresh);
    const { hours, days } = rollUp(fresh);
    await this.rollups.add(manager, 'rollup_hour', hours);
    await this.rollups.add(manager, 'rollup_day', days);
    return fresh.length;
  }
}
