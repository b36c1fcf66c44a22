import { type OverloadReport, type ReportQuery, toReport } from '@app/contracts';
import { narrowArea, type RequestPrincipal } from '@app/security';
import { Injectable } from '@nestjs/common';
import { CountersRepository } from './counters.repository.js';

/** Answers queries from the live counters. */
@Injectable()
export class CountersService {
  constructor(private readonly counters: CountersRepository) {}

  /** @throws AppError FORBIDDEN when the area asked for lies outside of the principal's */
  async report(query: ReportQuery, principal: RequestPrincipal): Promise<OverloadReport> {
    const area = narrowArea(principal, query.area);
    return toReport(await this.counters.sum({ ...query, area }));
  }
}
