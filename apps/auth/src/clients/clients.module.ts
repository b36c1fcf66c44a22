import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OAuthClientEntity } from './client.entity.js';
import { ClientRepository } from './client.repository.js';
import { ClientStore } from './client.store.js';

/** OAuth clients: owns the table, hands `provider` the metadata of enabled ones. */
@Module({
  imports: [TypeOrmModule.forFeature([OAuthClientEntity])],
  providers: [ClientRepository, ClientStore],
  exports: [ClientRepository, ClientStore],
})
export class ClientsModule {}
