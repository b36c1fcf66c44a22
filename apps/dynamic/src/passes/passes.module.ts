import { ConfigModule } from '@app/config';
import { Module } from '@nestjs/common';
import { overloadConfig } from '../overload.config.js';
import { PassesConsumer } from './passes.consumer.js';
import { PassesRepository } from './passes.repository.js';

/** In: batches of pass records from the log. Owns marks, counters and offsets per partition. Out: changes for the live events. */
@Module({
  imports: [ConfigModule.forFeature(overloadConfig)],
  controllers: [PassesConsumer],
  providers: [PassesRepository],
})
export class PassesModule {}
