import { PersistenceModule } from '@app/persistence';
import { SecurityModule } from '@app/security';
import { StreamingModule } from '@app/streaming';
import { Module } from '@nestjs/common';
import { migrations } from './migrations/index.js';
import { PassesModule } from './passes/passes.module.js';
import { ReportsModule } from './reports/reports.module.js';

/** In: the log of passes, report queries. Owns schema `statistics`: records, roll-ups, violations. Out: reports. */
@Module({
  imports: [
    SecurityModule.forRoot({ service: 'statistics' }),
    PersistenceModule.forRoot({ schema: 'statistics', entities: [], migrations }),
    StreamingModule.forRoot(),
    PassesModule,
    ReportsModule,
  ],
})
export class AppModule {}
