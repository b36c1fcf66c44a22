import { ConfigModule } from '@app/config';
import { Module } from '@nestjs/common';
import { dynamicConfig } from '../dynamic.config.js';
import { EventsController } from './events.controller.js';
import { LiveEventsService } from './live-events.service.js';
import { LiveRepository } from './live.repository.js';

/** In: what the consumer publishes. Keeps the live screen's state while somebody looks. Out: server-sent events. */
@Module({
  imports: [ConfigModule.forFeature(dynamicConfig)],
  controllers: [EventsController],
  providers: [LiveEventsService, LiveRepository],
})
export class LiveModule {}
