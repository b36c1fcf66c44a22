import { Module } from '@nestjs/common';
import type { LiveGatewayConfig } from '../gateway.config.js';
import { LIVE_GATEWAY_CONFIG } from '../gateway.tokens.js';
import { IdentityModule } from '../identity/identity.module.js';
import { IdentityService } from '../identity/identity.service.js';
import { createCookies } from '../session/cookies.js';
import { SessionModule } from '../session/session.module.js';
import { SessionService } from '../session/session.service.js';
import { RouteService } from './route.service.js';
import { VOCABULARY_DEPENDENCIES, type VocabularyDependencies } from './vocabulary.js';

/** Routes. In: configuration and catalogue. Out: the table of the routes in force. */
@Module({
  imports: [IdentityModule, SessionModule],
  providers: [
    RouteService,
    {
      provide: VOCABULARY_DEPENDENCIES,
      inject: [LIVE_GATEWAY_CONFIG, IdentityService, SessionService],
      useFactory: (
        { value: { publicUrl } }: LiveGatewayConfig,
        identity: IdentityService,
        sessions: SessionService,
      ): VocabularyDependencies => ({
        identity,
        sessions,
        cookies: createCookies(publicUrl),
        publicUrl,
      }),
    },
  ],
  exports: [RouteService],
})
export class RouteModule {}
