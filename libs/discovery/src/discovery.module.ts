import { ConfigModule, ConfigStore, consulConfig, createConsulClient, getConfigToken } from '@app/config';
import { createLogger, healthRegistry } from '@app/telemetry';
import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { discoveryConfig, type LiveDiscoveryConfig } from './discovery.config.js';
import { DiscoveryService } from './discovery.service.js';

/** The registry for the whole application: `DiscoveryService`, and its state as part of the health. Registering is up to `createService`. */
@Global()
@Module({
  imports: [ConfigModule.forFeature(discoveryConfig)],
  providers: [
    {
      provide: DiscoveryService,
      inject: [ConfigStore, getConfigToken(discoveryConfig)],
      useFactory: (store: ConfigStore, config: LiveDiscoveryConfig) => {
        const client = createConsulClient(store.get(consulConfig).value);
        const discovery = new DiscoveryService(client, config, createLogger('discovery'));
        healthRegistry.register('discovery', () => discovery.health());
        return discovery;
      },
    },
  ],
  exports: [DiscoveryService],
})
export class DiscoveryModule implements OnApplicationShutdown {
  constructor(@Inject(DiscoveryService) private readonly discovery: DiscoveryService) {}

  async onApplicationShutdown(): Promise<void> {
    await this.discovery.deregister();
    this.discovery.close();
  }
}
