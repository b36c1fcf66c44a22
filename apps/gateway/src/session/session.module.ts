import { Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import type { LiveGatewayConfig } from '../gateway.config.js';
import { LIVE_GATEWAY_CONFIG } from '../gateway.tokens.js';
import { IdentityModule } from '../identity/identity.module.js';
import { SessionSecrets } from './session-secrets.js';
import { SessionController } from './session.controller.js';
import { SessionRepository } from './session.repository.js';
import { SessionService } from './session.service.js';
import { SignInGuard } from './sign-in.guard.js';
import { SignInStrategy } from './sign-in.strategy.js';

/** Browser sessions. In: people who sign in at auth. Owns the sessions in Redis. Out: a fresh access token for a cookie. */
@Module({
  imports: [IdentityModule, PassportModule.register({ session: false })],
  controllers: [SessionController],
  providers: [
    {
      provide: SessionSecrets,
      inject: [LIVE_GATEWAY_CONFIG],
      useFactory: ({ value }: LiveGatewayConfig) => new SessionSecrets(value.session.secret),
    },
    SessionRepository,
    SessionService,
    SignInGuard,
    SignInStrategy,
  ],
  exports: [SessionService],
})
export class SessionModule {}
