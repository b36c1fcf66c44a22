import { type OverloadReport, type ReportQuery, toReport } from '@app/contracts';
import { narrowArea, type RequestPrincipal } from '@app/security';
import { Injectable } from '@nestjs/common';
import { ReportsRepository } from './reports.repository.js';

/** Answers report queries within what their bearer may see. */
@Injectable()
export class ReportsService {
  constructor(private readonly repository: ReportsRepository) {}

  async reportOverloads(query: ReportQuery, principal: RequestPrincipal): Promise<OverloadReport> {
    const area = narrowArea(principal, query.area);
    return toReport(await this.repository.sumOverloads({ ...query, area }));
  }
}
