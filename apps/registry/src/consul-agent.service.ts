import { InjectConfig, type LiveConfig } from '@app/config';
import { createLogger, healthRegistry } from '@app/telemetry';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { type AgentConfig, agentConfig } from './registry.config.js';
import { type RunningAgent, startConsulAgent } from './start-consul-agent.js';

/** Runs the embedded Consul agent as long as the application. It listens before anything else of the application is ready. */
@Injectable()
export class ConsulAgentService implements OnModuleInit, OnApplicationShutdown {
  private agent: RunningAgent | undefined;

  constructor(@InjectConfig(agentConfig) private readonly config: LiveConfig<AgentConfig>) {}

  async onModuleInit(): Promise<void> {
    if (this.config.value.consul === 'external') return;
    const agent = await startConsulAgent(this.config.value, createLogger('consul'));
    this.agent = agent;
    healthRegistry.register('store', () => agent.health());
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agent?.close();
  }
}
