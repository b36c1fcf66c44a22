import { type OverloadReport, Permission, type ReportQuery, reportQuerySchema } from '@app/contracts';
import { CurrentPrincipal, type RequestPrincipal, RequirePermission } from '@app/security';
import { ApiZodQuery, ApiZodResponse, ZodQuery } from '@app/service';
import { Controller, Get } from '@nestjs/common';
import { CountersService } from './counters.service.js';
import { overloadReportDto } from './dto/overload-report.dto.js';

/** The live counters, asked like the report of the history. */
@Controller('counters')
export class CountersController {
  constructor(private readonly counters: CountersService) {}

  @Get()
  @RequirePermission(Permission.CountersRead)
  @ApiZodQuery(reportQuerySchema)
  @ApiZodResponse(overloadReportDto)
  report(@ZodQuery(reportQuerySchema) query: ReportQuery, @CurrentPrincipal() principal: RequestPrincipal): Promise<OverloadReport> {
    return this.counters.report(query, principal);
  }
}
