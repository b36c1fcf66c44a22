import { AppError, CommonError } from '@app/errors';
import { Public } from '@app/security';
import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { findAsset } from './assets.js';

/** The style sheet and images of the pages. */
@Public()
@Controller('oauth2/assets')
export class AssetsController {
  @Get(':name')
  get(@Param('name') name: string, @Query('v') version: unknown, @Res() reply: FastifyReply): void {
    const asset = findAsset(name);
    if (asset === undefined) throw new AppError(CommonError.NOT_FOUND);
    void reply
      .headers({
        'content-type': asset.contentType,
        // Under another version's address, or none, it is today's file and may be another tomorrow.
        'cache-control': version === asset.version ? 'public, max-age=31536000, immutable' : 'no-cache',
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'",
      })
      .send(asset.body);
  }
}
