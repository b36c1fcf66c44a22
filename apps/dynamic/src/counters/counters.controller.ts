import { type OverloadReport, overloadReportSchema, Permission, type ReportQuery, reportQuerySchema } from '@app/contracts';
import { CurrentPrincipal, type RequestPrincipal, RequirePermission } from '@app/security';
import { ApiZodResponse, ZodQuery } from '@app/service';
import { Controller, Get } from '@nestjs/common';
import { CountersService } from './counters.service.js';

/** The live counters, asked like the report of the history. */
@Controller('counters')
export class CountersController {
  constructor(private readonly counters: CountersService) {}

  @Get()
  @RequirePermission(Permission.CountersRead)
  @ApiZodResponse(overloadReportSchema)
  report(@ZodQuery(reportQuerySchema) query: ReportQuery, @CurrentPrincipal() principal: RequestPrincipal): Promise<OverloadReport> {
    return this.counters.report(query, principal);
  }
}
