import { ConfigModule } from '@app/config';
import { Module } from '@nestjs/common';
import { tracesConfig } from '../registry.config.js';
import { ZipkinService } from './zipkin.service.js';

/** Traces: takes spans and finds them again, in the Zipkin v2 format, in memory of a bounded size. */
@Module({ imports: [ConfigModule.forFeature(tracesConfig)], providers: [ZipkinService] })
export class TraceModule {}
