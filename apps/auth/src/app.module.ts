import { PersistenceModule } from '@app/persistence';
import { RedisModule } from '@app/redis';
import { SecurityModule } from '@app/security';
import { Module } from '@nestjs/common';
import { OAuthClientEntity } from './clients/client.entity.js';
import { CredentialEntity } from './credentials/credential.entity.js';
import { InteractionsModule } from './interactions/interactions.module.js';
import { SigningKeyEntity } from './keys/signing-key.entity.js';
import { Initial1763700000000 } from './migrations/1763700000000-initial.js';
import { DropUnusedKeyColumns1795219200000 } from './migrations/1795219200000-drop-unused-key-columns.js';
import { PagesModule } from './pages/pages.module.js';
import { ProviderModule } from './provider/provider.module.js';
import { SeedModule } from './seed/seed.module.js';

/** The authorization server: people and clients come in, tokens go out. Owns credentials, clients and signing keys. */
@Module({
  imports: [
    PersistenceModule.forRoot({
      schema: 'auth',
      entities: [OAuthClientEntity, CredentialEntity, SigningKeyEntity],
      migrations: [Initial1763700000000, DropUnusedKeyColumns1795219200000],
    }),
    RedisModule.forRoot({ use: 'auth' }),
    SecurityModule.forRoot({ service: 'auth' }),
    SeedModule,
    ProviderModule,
    InteractionsModule,
    PagesModule,
  ],
})
export class AppModule {}
