import { healthRegistry } from '@app/telemetry';
import { type DynamicModule, Inject, Module, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ConfigService, ConfigModule as NestConfigModule } from '@nestjs/config';
import { ConfigStore } from './config-store.js';
import type { ConfigDefinition, ConfigValue } from './define-config.js';
import { valueAt } from './document.js';
import { fieldsOf } from './fields.js';
import type { LiveConfig } from './live-config.js';

const declared = new Set<ConfigDefinition>();

/** The injection token of a definition's {@link LiveConfig}. */
export function getConfigToken(definition: ConfigDefinition): string {
  return `LiveConfig(${definition.prefix})`;
}

/** Injects the {@link LiveConfig} of a definition that a module has imported with `ConfigModule.forFeature`. */
export function InjectConfig(definition: ConfigDefinition): ParameterDecorator & PropertyDecorator {
  return Inject(getConfigToken(definition));
}

/**
 * Every definition that a module of this process has imported so far. After the application's module is imported,
 * `store.require(declaredConfigs())` reports all problems of all of them at once.
 */
export function declaredConfigs(): ReadonlySet<ConfigDefinition> {
  return declared;
}

/** Follows the life of the application: what is there at its start, and the end of following KV. */
class ConfigLifetime implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(private readonly store: ConfigStore) {}

  onApplicationBootstrap(): void {
    this.store.reportIneffectiveKeys();
  }

  onModuleDestroy(): void {
    this.store.close();
  }
}

/**
 * Configuration in Nest. In: the store that `loadConfig` made. Out: `@InjectConfig(definition)`, and the same values as namespaces of
 * `@nestjs/config`'s `ConfigService` (`configService.get('gateway.rateLimit.burst')`), which follow changes too.
 */
@Module({})
export class ConfigModule {
  /** For the application's root: makes the store known everywhere and its state part of the health. */
  static forRoot(store: ConfigStore): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      imports: [NestConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true })],
      providers: [
        { provide: ConfigStore, useValue: store },
        {
          provide: ConfigLifetime,
          useFactory: () => {
            store.onClose(healthRegistry.register('config', () => store.health()));
            return new ConfigLifetime(store);
          },
        },
      ],
      exports: [ConfigStore],
    };
  }

  /**
   * For a feature's module: makes one definition injectable.
   *
   * @throws ConfigError (when the application starts) with the problems of the definition
   */
  static forFeature(definition: ConfigDefinition): DynamicModule {
    declared.add(definition);
    const token = getConfigToken(definition);
    return {
      module: ConfigModule,
      providers: [
        {
          provide: token,
          inject: [ConfigStore, ConfigService],
          useFactory: (store: ConfigStore, namespaces: ConfigService) => openNamespace(definition, store.get(definition), namespaces),
        },
      ],
      exports: [token],
    };
  }
}

function openNamespace<D extends ConfigDefinition>(definition: D, live: LiveConfig<ConfigValue<D>>, namespaces: ConfigService) {
  const fields = fieldsOf(definition);
  // Field by field: another definition may have a prefix below this one.
  const show = (value: ConfigValue<D>) => {
    for (const { key, path } of fields) {
      namespaces.set(key, valueAt(value, path));
      // `set` has written it into the environment of the process too, as text: a secret would be handed on to every child, and a value
      // that is absent would be read back as 'undefined'.
      Reflect.deleteProperty(process.env, key);
    }
  };
  show(live.value);
  live.onChange(show);
  return live;
}
