import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { CredentialEntity } from './credential.entity.js';

/** Credentials in PostgreSQL. */
@Injectable()
export class CredentialRepository {
  constructor(@InjectRepository(CredentialEntity) private readonly credentials: Repository<CredentialEntity>) {}

  /** @param username in the form of `normalizeUsername` */
  findByUsername(username: string): Promise<CredentialEntity | null> {
    return this.credentials.findOneBy({ username });
  }

  /** @throws a unique violation when the user or the username has a credential */
  async insert(credential: Pick<CredentialEntity, 'userId' | 'username' | 'passwordHash'>): Promise<void> {
    await this.credentials.insert(credential);
  }

  existsForUser(userId: string): Promise<boolean> {
    return this.credentials.existsBy({ userId });
  }
}
