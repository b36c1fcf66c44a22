import { Module } from '@nestjs/common';
import { RollupsRepository } from './rollups.repository.js';

/** In: sums by hour and day of newly stored passes. Owns the roll-up tables, which the reports read. */
@Module({ providers: [RollupsRepository], exports: [RollupsRepository] })
export class RollupsModule {}
