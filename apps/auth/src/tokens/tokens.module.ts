import { Module } from '@nestjs/common';
import { RevocationPublisher } from './revocation.publisher.js';
import { TokenStore } from './token.store.js';

/** Codes, tokens, sessions and grants in Redis: owns their keys, publishes what is revoked. */
@Module({ providers: [RevocationPublisher, TokenStore], exports: [TokenStore] })
export class TokensModule {}
