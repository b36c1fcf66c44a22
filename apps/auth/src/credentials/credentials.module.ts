import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CredentialEntity } from './credential.entity.js';
import { CredentialRepository } from './credential.repository.js';
import { CredentialsService } from './credentials.service.js';

/** What people sign in with: owns the table, tells `interactions` whose username and password were typed. */
@Module({
  imports: [TypeOrmModule.forFeature([CredentialEntity])],
  providers: [CredentialRepository, CredentialsService],
  exports: [CredentialRepository, CredentialsService],
})
export class CredentialsModule {}
