import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { OAuthClientEntity } from './client.entity.js';

/** Clients in PostgreSQL. */
@Injectable()
export class ClientRepository {
  constructor(@InjectRepository(OAuthClientEntity) private readonly clients: Repository<OAuthClientEntity>) {}

  findByClientId(clientId: string): Promise<OAuthClientEntity | null> {
    return this.clients.findOneBy({ clientId });
  }

  /** Inserts a client; does nothing when its id is taken. */
  async insertIfAbsent(client: Partial<OAuthClientEntity> & { clientId: string }): Promise<void> {
    await this.clients.createQueryBuilder().insert().values(client).orIgnore().execute();
  }

  async updateSettings(clientId: string, settings: Partial<OAuthClientEntity>): Promise<void> {
    await this.clients.update({ clientId }, settings);
  }
}
