import { InjectRedis, type RedisClient } from '@app/redis';
import { Injectable } from '@nestjs/common';
import { RevocationPublisher } from './revocation.publisher.js';
import { revokeGrant, TokenAdapter } from './token.adapter.js';

/** Everything that oidc-provider stores besides clients. */
@Injectable()
export class TokenStore {
  constructor(
    @InjectRedis('auth') private readonly redis: RedisClient,
    private readonly revocations: RevocationPublisher,
  ) {}

  /** @param model a model's name of oidc-provider, `Client` excepted */
  adapterFor(model: string): TokenAdapter {
    return new TokenAdapter(model, this.redis, this.revocations);
  }

  /** Ends a grant and every token and code that was issued under it. */
  revokeGrant(grantId: string): Promise<void> {
    return revokeGrant((model) => this.adapterFor(model), grantId);
  }
}
