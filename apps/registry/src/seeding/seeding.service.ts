import { setTimeout as delay } from 'node:timers/promises';
import {
  configFiles,
  configFolder,
  configKey,
  ConfigStore,
  consulConfig,
  createConsulClient,
  describeRule,
  sourcesConfig,
} from '@app/config';
import { createLogger, type HealthStatus, healthRegistry } from '@app/telemetry';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { seedConfiguration, type Seeding } from './seed-configuration.js';

const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 10_000;

/** Seeds KV when the application has started: tries until Consul, embedded or external, takes it. */
@Injectable()
export class SeedingService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = createLogger('seeding');
  private readonly stop = new AbortController();
  private state: HealthStatus = { status: 'degraded', detail: 'configuration is not seeded yet' };

  constructor(private readonly store: ConfigStore) {}

  onApplicationBootstrap(): void {
    healthRegistry.register('seeding', () => this.state);
    void this.run();
  }

  onApplicationShutdown(): void {
    this.stop.abort();
  }

  private async run(): Promise<void> {
    const { signal } = this.stop;
    for (let pause = FIRST_PAUSE_MS; !signal.aborted; pause = Math.min(pause * 2, MAX_PAUSE_MS)) {
      if (await this.attempt()) return;
      await delay(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  private async attempt(): Promise<boolean> {
    const client = createConsulClient(this.store.get(consulConfig).value);
    try {
      const files = configFiles(configFolder(this.store.get(sourcesConfig).value.dir));
      this.report(await seedConfiguration(client.kv, files));
      this.state = { status: 'up' };
      return true;
    } catch (error) {
      this.logger.warn({ err: error }, 'Could not seed the configuration yet');
      this.state = { status: 'degraded', detail: `configuration is not seeded: ${error instanceof Error ? error.message : 'unknown'}` };
      return false;
    } finally {
      client.destroy();
    }
  }

  private report({ written, changedByHand, refused }: Seeding): void {
    this.logger.info({ seeded: written }, 'Configuration seeded');
    if (changedByHand.length > 0) {
      const keys = changedByHand.map(configKey);
      this.logger.info({ keys }, 'Changed by hand in KV: the files of these documents are not used until the key is deleted');
    }
    for (const problem of refused) this.logger.warn(`Not seeded: ${describeRule(problem)}`);
  }
}
