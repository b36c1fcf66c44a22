import { consulConfig, createConsulClient, ConfigStore } from '@app/config';
import { createLogger, healthRegistry } from '@app/telemetry';
import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { DiscoveryService } from './discovery.service.js';

/** The registry for the whole application: `DiscoveryService`, and its state as part of the health. Registering is up to `createService`. */
@Global()
@Module({
  providers: [
    {
      provide: DiscoveryService,
      inject: [ConfigStore],
      useFactory: (store: ConfigStore) => {
        const discovery = new DiscoveryService(createConsulClient(store.get(consulConfig).value), createLogger('discovery'));
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
