import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { OAuthClient } from './client.entity.js';

/** Clients in PostgreSQL. */
@Injectable()
export class ClientRepository {
  constructor(@InjectRepository(OAuthClient) private readonly clients: Repository<OAuthClient>) {}

  findByClientId(clientId: string): Promise<OAuthClient | null> {
    return this.clients.findOneBy({ clientId });
  }

  /** Inserts a client; does nothing when its id is taken. */
  async insertIfAbsent(client: Partial<OAuthClient> & { clientId: string }): Promise<void> {
    await this.clients.createQueryBuilder().insert().values(client).orIgnore().execute();
  }

  async updateSettings(clientId: string, settings: Partial<OAuthClient>): Promise<void> {
    await this.clients.update({ clientId }, settings);
  }
}
