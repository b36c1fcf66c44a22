import { ConfigModule } from '@app/config';
import { Module } from '@nestjs/common';
import { ConsulAgentService } from './consul-agent.service.js';
import { agentConfig } from './registry.config.js';

/** The embedded Consul: its state on disk and its HTTP API on a port of its own. Opens nothing when an external one is used. */
@Module({
  imports: [ConfigModule.forFeature(agentConfig)],
  providers: [ConsulAgentService],
})
export class ConsulModule {}
