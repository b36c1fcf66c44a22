import { ConfigModule } from '@app/config';
import { Module } from '@nestjs/common';
import { authConfig } from '../auth.config.js';
import { ClientsModule } from '../clients/clients.module.js';
import { CredentialsModule } from '../credentials/credentials.module.js';
import { SeedService } from './seed.service.js';

/** What an installation brings along: a file comes in at start, rows go to clients and credentials. */
@Module({ imports: [ConfigModule.forFeature(authConfig), ClientsModule, CredentialsModule], providers: [SeedService] })
export class SeedModule {}
