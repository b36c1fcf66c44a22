import { Module } from '@nestjs/common';
import { ConsulModule } from '../consul.module.js';
import { SeedingService } from './seeding.service.js';

/** Puts the files of the configuration folder into KV once Consul answers. */
@Module({ imports: [ConsulModule], providers: [SeedingService] })
export class SeedingModule {}
