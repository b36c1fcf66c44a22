import { ConfigModule, getConfigToken, type LiveConfig } from '@app/config';
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { GuardedHandlers } from './guarded-handlers.service.js';
import { IssuerKeys } from './issuer-keys.service.js';
import { PermissionGuard } from './permission.guard.js';
import { securityConfig, type SecurityConfig } from './security.config.js';
import { TokenVerifier } from './token-verifier.service.js';

/** What a service tells its {@link SecurityModule}. */
export interface SecurityModuleOptions {
  /** The service's name: internal tokens must have it as `aud`. */
  service: string;
}

/**
 * Global guard: a request enters a handler only with an internal JWT of `auth` for this service that holds the handler's
 * permissions, unless the handler is public. An application with an unmarked handler does not start.
 */
@Module({})
export class SecurityModule {
  /** @param options the service that the tokens must be for */
  static forRoot(options: SecurityModuleOptions): DynamicModule {
    return {
      module: SecurityModule,
      imports: [ConfigModule.forFeature(securityConfig), DiscoveryModule],
      providers: [
        IssuerKeys,
        {
          provide: TokenVerifier,
          inject: [IssuerKeys, getConfigToken(securityConfig)],
          useFactory: (keys: IssuerKeys, config: LiveConfig<SecurityConfig>) => new TokenVerifier(options.service, keys.find, config),
        },
        { provide: APP_GUARD, useClass: PermissionGuard },
        GuardedHandlers,
      ],
    };
  }
}
