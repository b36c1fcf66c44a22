import { AppError, CommonError } from '@app/errors';
import { Public } from '@app/security';
import { Controller, Get, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ASSETS } from './assets.js';

/** The style sheet and images of the pages. */
@Public()
@Controller('oauth2/assets')
export class AssetsController {
  @Get(':name')
  get(@Param('name') name: string, @Res() reply: FastifyReply): void {
    const asset = ASSETS.get(name);
    if (asset === undefined) throw new AppError(CommonError.NOT_FOUND);
    void reply
      .headers({
        'content-type': asset.contentType,
        'cache-control': 'public, max-age=31536000, immutable',
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'",
      })
      .send(asset.body);
  }
}
