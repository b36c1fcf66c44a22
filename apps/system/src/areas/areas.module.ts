import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AreaEntity } from './area.entity.js';
import { AreasController } from './areas.controller.js';
import { AreasRepository } from './areas.repository.js';

/** Divisions with the dates of their codes. Owns table `area`. */
@Module({
  imports: [TypeOrmModule.forFeature([AreaEntity])],
  controllers: [AreasController],
  providers: [AreasRepository],
  exports: [AreasRepository],
})
export class AreasModule {}
