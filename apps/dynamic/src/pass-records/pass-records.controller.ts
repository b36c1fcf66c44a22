import { type IngestAnswer, ingestAnswerSchema, Permission } from '@app/contracts';
import { CurrentPrincipal, type RequestPrincipal, RequirePermission } from '@app/security';
import { ApiZodResponse } from '@app/service';
import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PassRecordsService } from './pass-records.service.js';

/** The way in of pass records: NDJSON, plain or packed by gzip. */
@Controller('streams')
export class PassRecordsController {
  constructor(private readonly passRecords: PassRecordsService) {}

  @Post('pass-records')
  @HttpCode(200)
  @RequirePermission(Permission.PassRecordsWrite)
  @ApiZodResponse(ingestAnswerSchema)
  async take(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentPrincipal() principal: RequestPrincipal,
  ): Promise<IngestAnswer> {
    try {
      return await this.passRecords.take(request.raw, principal);
    } catch (error) {
      // The rest of the body is not wanted: the connection ends with the answer.
      if (!request.raw.complete) reply.header('connection', 'close');
      throw error;
    }
  }
}
