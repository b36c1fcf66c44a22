import { type OverloadReport, overloadReportSchema, Permission, type ReportQuery, reportQuerySchema } from '@app/contracts';
import { CurrentPrincipal, type RequestPrincipal, RequirePermission } from '@app/security';
import { ApiZodResponse, ZodQuery } from '@app/service';
import { Controller, Get } from '@nestjs/common';
import { ReportsService } from './reports.service.js';

/** Reports over the roll-ups. */
@Controller('reports')
export class ReportsController {
  constructor(private readonly reports: ReportsService) {}

  @Get('overload')
  @RequirePermission(Permission.ReportsRead)
  @ApiZodResponse(overloadReportSchema)
  overload(@ZodQuery(reportQuerySchema) query: ReportQuery, @CurrentPrincipal() principal: RequestPrincipal): Promise<OverloadReport> {
    return this.reports.reportOverloads(query, principal);
  }
}
