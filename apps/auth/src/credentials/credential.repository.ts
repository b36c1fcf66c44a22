import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { Credential } from './credential.entity.js';

/** Credentials in PostgreSQL. */
@Injectable()
export class CredentialRepository {
  constructor(@InjectRepository(Credential) private readonly credentials: Repository<Credential>) {}

  /** @param username in the form of `normalizeUsername` */
  findByUsername(username: string): Promise<Credential | null> {
    return this.credentials.findOneBy({ username });
  }

  /** Inserts a credential; does nothing when its user or its username has one. */
  async insertIfAbsent(credential: Pick<Credential, 'userId' | 'username' | 'passwordHash'>): Promise<void> {
    await this.credentials.createQueryBuilder().insert().values(credential).orIgnore().execute();
  }

  existsForUser(userId: string): Promise<boolean> {
    return this.credentials.existsBy({ userId });
  }
}
