import { dayKey, Permission } from '@app/contracts';
import { CurrentPrincipal, narrowArea, RequirePermission, type RequestPrincipal } from '@app/security';
import { ApiZodResponse, ZodQuery } from '@app/service';
import { Controller, Get } from '@nestjs/common';
import { listOf, type Page } from '../shared/page-query.js';
import { AreasRepository } from './areas.repository.js';
import { type AreaResponseDto, areaResponseSchema, toAreaResponse } from './dto/area-response.dto.js';
import { listAreasQuery, type ListAreasQuery } from './dto/list-areas.query.js';

@Controller('areas')
export class AreasController {
  constructor(private readonly areas: AreasRepository) {}

  @Get()
  @RequirePermission(Permission.AreasRead)
  @ApiZodResponse(listOf(areaResponseSchema), { description: "Divisions in the bearer's area, by code" })
  async list(
    @CurrentPrincipal() principal: RequestPrincipal,
    @ZodQuery(listAreasQuery) query: ListAreasQuery,
  ): Promise<Page<AreaResponseDto>> {
    const within = narrowArea(principal, query.parent);
    const { items, total } = await this.areas.list({ ...query, at: query.at ?? dayKey(Date.now()), within });
    return { items: items.map(toAreaResponse), total };
  }
}
