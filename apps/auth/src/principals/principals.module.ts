import { ConfigModule } from '@app/config';
import { Module } from '@nestjs/common';
import { authConfig } from '../auth.config.js';
import { KeysModule } from '../keys/keys.module.js';
import { PrincipalClient } from './principal.client.js';

/** People, as `system` knows them: hands out who someone is and what they may do, never older than a few seconds. */
@Module({ imports: [ConfigModule.forFeature(authConfig), KeysModule], providers: [PrincipalClient], exports: [PrincipalClient] })
export class PrincipalsModule {}
