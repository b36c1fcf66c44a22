import { Permission } from '@app/contracts';
import { CurrentPrincipal, narrowArea, RequirePermission, type RequestPrincipal } from '@app/security';
import { ApiZodResponse, ZodQuery } from '@app/service';
import { Controller, Get } from '@nestjs/common';
import { listOf, type Page } from '../shared/page-query.js';
import { listStationsQuery, type ListStationsQuery } from './dto/list-stations.query.js';
import { type StationResponseDto, stationResponseSchema, toStationResponse } from './dto/station-response.dto.js';
import { StationsRepository } from './stations.repository.js';

@Controller('stations')
export class StationsController {
  constructor(private readonly stations: StationsRepository) {}

  @Get()
  @RequirePermission(Permission.StationsRead)
  @ApiZodResponse(listOf(stationResponseSchema), { description: "Weigh stations in the bearer's area, by code" })
  async list(
    @CurrentPrincipal() principal: RequestPrincipal,
    @ZodQuery(listStationsQuery) { area, ...query }: ListStationsQuery,
  ): Promise<Page<StationResponseDto>> {
    const { items, total } = await this.stations.list({ ...query, within: narrowArea(principal, area) });
    return { items: items.map(toStationResponse), total };
  }
}
