import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { StationEntity } from './station.entity.js';
import { StationsController } from './stations.controller.js';
import { StationsRepository } from './stations.repository.js';

/** The province's weigh stations. Owns table `station`. */
@Module({
  imports: [TypeOrmModule.forFeature([StationEntity])],
  controllers: [StationsController],
  providers: [StationsRepository],
})
export class StationsModule {}
