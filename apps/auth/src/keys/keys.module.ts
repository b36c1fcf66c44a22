import { ConfigModule } from '@app/config';
import { Module } from '@nestjs/common';
import { authConfig } from '../auth.config.js';
import { InternalTokenIssuer } from './internal-token.issuer.js';
import { SigningKeys } from './signing-keys.service.js';

/** Signing keys: owns them, hands `provider` the key set and everyone the issuer of internal tokens. */
@Module({
  imports: [ConfigModule.forFeature(authConfig)],
  providers: [SigningKeys, InternalTokenIssuer],
  exports: [SigningKeys, InternalTokenIssuer],
})
export class KeysModule {}
