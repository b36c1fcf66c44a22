import { ConfigModule } from '@app/config';
import { Module } from '@nestjs/common';
import { overloadConfig } from '../overload.config.js';
import { RollupsModule } from '../rollups/rollups.module.js';
import { PassPartitions } from './pass-partitions.service.js';
import { PassesConsumer } from './passes.consumer.js';
import { PassesRepository } from './passes.repository.js';
import { PassesService } from './passes.service.js';
import { StreamOffsetsRepository } from './stream-offsets.repository.js';

/** In: batches of pass records from the log. Owns records, their keys, violations and the group's offsets. Out: roll-ups. */
@Module({
  imports: [ConfigModule.forFeature(overloadConfig), RollupsModule],
  controllers: [PassesConsumer],
  providers: [PassesService, PassesRepository, PassPartitions, StreamOffsetsRepository],
})
export class PassesModule {}
