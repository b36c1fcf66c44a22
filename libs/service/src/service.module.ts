import { ConfigModule, type ConfigStore } from '@app/config';
import { DiscoveryModule } from '@app/discovery';
import { HealthRegistry, healthRegistry } from '@app/telemetry';
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { ServiceLifecycle } from './lifecycle/service-lifecycle.js';

/** The root of every service: configuration, discovery, health and lifecycle, known everywhere, around the app's own module. */
@Module({})
export class ServiceModule {
  static around(appModule: Type, store: ConfigStore, lifecycle: ServiceLifecycle): DynamicModule {
    return {
      module: ServiceModule,
      global: true,
      imports: [ConfigModule.forRoot(store), DiscoveryModule, appModule],
      providers: [
        { provide: HealthRegistry, useValue: healthRegistry },
        { provide: ServiceLifecycle, useValue: lifecycle },
      ],
      exports: [HealthRegistry, ServiceLifecycle],
    };
  }
}
