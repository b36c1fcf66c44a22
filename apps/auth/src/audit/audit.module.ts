import { Module } from '@nestjs/common';
import { AuditLogger } from './audit.logger.js';

/** What people and clients did: takes events in, writes them to the log. */
@Module({ providers: [AuditLogger], exports: [AuditLogger] })
export class AuditModule {}
