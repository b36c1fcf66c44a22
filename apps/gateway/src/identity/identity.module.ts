import { Module } from '@nestjs/common';
import { AuthClient } from './auth.client.js';
import { IdentityService } from './identity.service.js';
import { OpenStreams } from './open-streams.service.js';
import { RevocationConsumer } from './revocation.consumer.js';

/** Identities. In: outside tokens and revocations. Owns what is remembered of them. Out: internal tokens, streams to be closed. */
@Module({ providers: [AuthClient, IdentityService, OpenStreams, RevocationConsumer], exports: [AuthClient, IdentityService, OpenStreams] })
export class IdentityModule {}
