import { ConfigModule } from '@app/config';
import { Module } from '@nestjs/common';
import { seedConfig } from './seed.config.js';
import { SeedService } from './seed.service.js';

/** Fills empty tables at start: divisions and stations from the contracts, people from the seed file. Owns nothing. */
@Module({ imports: [ConfigModule.forFeature(seedConfig)], providers: [SeedService] })
export class SeedModule {}
