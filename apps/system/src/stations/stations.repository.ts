import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { containing, startingWith } from '../shared/like.js';
import type { Page } from '../shared/page-query.js';
import { StationEntity } from './station.entity.js';

/** Which stations are listed. */
export interface StationFilter {
  /** Only those in this division. */
  within?: string | undefined;
  type?: number | undefined;
  search?: string | undefined;
  limit: number;
  offset: number;
}

const MATCHES =
  '(station.code LIKE :search OR station.name_zh ILIKE :search OR station.name_en ILIKE :search OR station.road ILIKE :search)';

@Injectable()
export class StationsRepository {
  constructor(@InjectRepository(StationEntity) private readonly stations: Repository<StationEntity>) {}

  async list({ within, type, search, limit, offset }: StationFilter): Promise<Page<StationEntity>> {
    const query = this.stations.createQueryBuilder('station');
    if (within !== undefined) query.andWhere('station.code LIKE :within', { within: startingWith(within) });
    if (type !== undefined) query.andWhere('station.type = :type', { type });
    if (search !== undefined) query.andWhere(MATCHES, { search: containing(search) });
    const [items, total] = await query.orderBy('station.code').take(limit).skip(offset).getManyAndCount();
    return { items, total };
  }
}
