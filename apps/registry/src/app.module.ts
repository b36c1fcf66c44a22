import { Module } from '@nestjs/common';
import { ConsulModule } from './consul.module.js';
import { SeedingModule } from './seeding/seeding.module.js';
import { TraceModule } from './trace/trace.module.js';

/** The registry: the Consul agent, the configuration that is seeded into it, and the trace store. */
@Module({ imports: [ConsulModule, SeedingModule, TraceModule] })
export class AppModule {}
