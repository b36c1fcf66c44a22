import { InjectConfig, type LiveConfig } from '@app/config';
import { Topic } from '@app/contracts';
import { BatchHandler, type BatchOutcome, type LogBatch } from '@app/streaming';
import { createLogger } from '@app/telemetry';
import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { type OverloadConfig, overloadConfig } from '../overload.config.js';
import { toPassBatch, type UnreadableRecord } from './pass-batch.js';
import { processedPasses } from './passes.metrics.js';
import { PassesRepository } from './passes.repository.js';

const MAX_LOGGED = 10;

/** Judges the passes of the log and counts them, each once. */
@Controller()
export class PassesConsumer {
  private readonly logger = createLogger(PassesConsumer.name);

  constructor(
    private readonly passes: PassesRepository,
    @InjectConfig(overloadConfig) private readonly overload: LiveConfig<OverloadConfig>,
  ) {}

  @BatchHandler(Topic.PassRecords)
  async handle(@Payload() { partition, from, to, records }: LogBatch): Promise<BatchOutcome> {
    const { batch, unreadable } = toPassBatch(records, this.overload.value.limits);
    const counted = await this.passes.commit({ partition, from, to }, batch);
    if (counted === undefined) return 'superseded';
    processedPasses.inc({ outcome: 'counted' }, counted);
    processedPasses.inc({ outcome: 'duplicate' }, records.length - unreadable.length - counted);
    if (unreadable.length > 0) this.report(partition, unreadable);
    return 'committed';
  }

  /** They did not come through the ingest. The rest of the partition must not wait for them. */
  private report(partition: number, unreadable: readonly UnreadableRecord[]): void {
    processedPasses.inc({ outcome: 'unreadable' }, unreadable.length);
    this.logger.error(
      { partition, count: unreadable.length, records: unreadable.slice(0, MAX_LOGGED) },
      'Records of the log are no pass records and were passed over',
    );
  }
}
