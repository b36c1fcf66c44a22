import { ConfigModule } from '@app/config';
import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { authConfig } from '../auth.config.js';
import { CredentialsModule } from '../credentials/credentials.module.js';
import { PrincipalsModule } from '../principals/principals.module.js';
import { ProviderModule } from '../provider/provider.module.js';
import { InteractionsController } from './interactions.controller.js';
import { InteractionsService } from './interactions.service.js';
import { SignInThrottle } from './sign-in-throttle.js';
import { SignInService } from './sign-in.service.js';

/** The pages of an authorization request: a person's answers come in, and go to `provider` as its result. */
@Module({
  imports: [ConfigModule.forFeature(authConfig), AuditModule, CredentialsModule, PrincipalsModule, ProviderModule],
  controllers: [InteractionsController],
  providers: [InteractionsService, SignInService, SignInThrottle],
})
export class InteractionsModule {}
