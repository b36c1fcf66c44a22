import { SecurityModule } from '@app/security';
import { StreamingModule } from '@app/streaming';
import { Module } from '@nestjs/common';
import { CountersModule } from './counters/counters.module.js';
import { LiveModule } from './live/live.module.js';
import { PassRecordsModule } from './pass-records/pass-records.module.js';
import { PassesModule } from './passes/passes.module.js';

/** In: pass records over HTTP. Owns the live state in Redis: marks, counters, offsets. Out: the log of passes, counters, live events. */
@Module({
  imports: [
    SecurityModule.forRoot({ service: 'dynamic' }),
    StreamingModule.forRoot(),
    PassRecordsModule,
    PassesModule,
    CountersModule,
    LiveModule,
  ],
})
export class AppModule {}
