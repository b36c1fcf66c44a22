import { Topic } from '@app/contracts';
import { BatchHandler, type BatchOutcome, type LogBatch } from '@app/streaming';
import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { PassesService } from './passes.service.js';

/** Takes the batches of the log. */
@Controller()
export class PassesConsumer {
  constructor(private readonly passes: PassesService) {}

  @BatchHandler(Topic.PassRecords)
  handle(@Payload() batch: LogBatch): Promise<BatchOutcome> {
    return this.passes.store(batch);
  }
}
