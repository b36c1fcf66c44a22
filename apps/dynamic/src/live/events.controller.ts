import { Permission } from '@app/contracts';
import { CurrentPrincipal, type RequestPrincipal, RequirePermission } from '@app/security';
import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { LiveEventsService } from './live-events.service.js';

/** Server-sent events: `snapshot` at once and when something changes, `pass` for each overloaded pass. */
@Controller('events')
export class EventsController {
  constructor(private readonly liveEvents: LiveEventsService) {}

  @Get()
  @RequirePermission(Permission.EventsRead)
  events(@Res() reply: FastifyReply, @CurrentPrincipal() principal: RequestPrincipal): Promise<void> {
    return this.liveEvents.open(principal.area ?? '', () => {
      reply.hijack();
      return { response: reply.raw, headers: reply.getHeaders() };
    });
  }
}
