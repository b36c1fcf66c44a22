import type { Division } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { startingWith } from '../shared/like.js';
import type { Page } from '../shared/page-query.js';
import { AreaEntity } from './area.entity.js';

/** Which divisions are listed. */
export interface AreaFilter {
  /** Day on which the code is in force, `YYYY-MM-DD`. */
  at: string;
  level?: Division['level'] | undefined;
  parent?: string | undefined;
  /** Only this division and those below it. */
  within?: string | undefined;
  limit: number;
  offset: number;
}

const IN_FORCE = '(area.valid_from IS NULL OR area.valid_from <= :at) AND (area.valid_to IS NULL OR area.valid_to > :at)';

@Injectable()
export class AreasRepository {
  constructor(@InjectRepository(AreaEntity) private readonly areas: Repository<AreaEntity>) {}

  async list({ at, level, parent, within, limit, offset }: AreaFilter): Promise<Page<AreaEntity>> {
    const query = this.areas.createQueryBuilder('area').where(IN_FORCE, { at });
    if (level !== undefined) query.andWhere('area.level = :level', { level });
    if (parent !== undefined) query.andWhere('area.parent = :parent', { parent });
    if (within !== undefined) query.andWhere('area.code LIKE :within', { within: startingWith(within) });
    const [items, total] = await query.orderBy('area.code').take(limit).skip(offset).getManyAndCount();
    return { items, total };
  }

  async isKnown(code: string): Promise<boolean> {
    return await this.areas.existsBy({ code });
  }
}
