import { Module } from '@nestjs/common';
import { CountersController } from './counters.controller.js';
import { CountersRepository } from './counters.repository.js';
import { CountersService } from './counters.service.js';

/** In: report queries. Reads the counters of all partitions. Out: figures, exact for any time. */
@Module({ controllers: [CountersController], providers: [CountersService, CountersRepository] })
export class CountersModule {}
