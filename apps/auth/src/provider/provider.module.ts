import { ConfigModule, getConfigToken, type LiveConfig } from '@app/config';
import { Module } from '@nestjs/common';
import { AuditLogger } from '../audit/audit.logger.js';
import { AuditModule } from '../audit/audit.module.js';
import { authConfig, type AuthConfig } from '../auth.config.js';
import { ClientStore } from '../clients/client.store.js';
import { ClientsModule } from '../clients/clients.module.js';
import { InternalTokenIssuer } from '../keys/internal-token.issuer.js';
import { KeysModule } from '../keys/keys.module.js';
import { SigningKeys } from '../keys/signing-keys.service.js';
import { PrincipalClient } from '../principals/principal.client.js';
import { PrincipalsModule } from '../principals/principals.module.js';
import { TokenStore } from '../tokens/token.store.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { createProvider } from './provider.factory.js';
import { OIDC_PROVIDER } from './provider.token.js';

/** The protocol: oidc-provider on our stores, with our grants and steps. Hands `interactions` the running provider. */
@Module({
  imports: [ConfigModule.forFeature(authConfig), AuditModule, ClientsModule, KeysModule, PrincipalsModule, TokensModule],
  providers: [
    {
      provide: OIDC_PROVIDER,
      inject: [getConfigToken(authConfig), SigningKeys, InternalTokenIssuer, ClientStore, TokenStore, PrincipalClient, AuditLogger],
      useFactory: async (
        config: LiveConfig<AuthConfig>,
        keys: SigningKeys,
        ...[issuer, clients, tokens, principals, audit]: [InternalTokenIssuer, ClientStore, TokenStore, PrincipalClient, AuditLogger]
      ) => {
        await keys.load();
        return createProvider({ config: config.value, keys, issuer, clients, tokens, principals, audit });
      },
    },
  ],
  exports: [OIDC_PROVIDER],
})
export class ProviderModule {}
