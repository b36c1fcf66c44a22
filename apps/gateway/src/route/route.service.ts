import { isDeepStrictEqual } from 'node:util';
import { DiscoveryService } from '@app/discovery';
import { createGauge, createLogger, HealthRegistry } from '@app/telemetry';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { GatewayConfig, LiveGatewayConfig } from '../gateway.config.js';
import { LIVE_GATEWAY_CONFIG } from '../gateway.tokens.js';
import { catalogueRoute } from './catalogue-routes.js';
import { configuredRoutes } from './configured-routes.js';
import { ExposedServices } from './exposed-services.js';
import { buildRoute, type RouteVocabulary, sortRoutes } from './route-builder.js';
import { RouteTable } from './route-table.js';
import type { Route } from './route.types.js';
import { createVocabulary, type VocabularyDependencies, VOCABULARY_DEPENDENCIES } from './vocabulary.js';

/** Of the configuration, what routes are made of. */
type RouteConfig = Pick<GatewayConfig, 'routes' | 'defaultFilters' | 'catalogue' | 'timeouts' | 'identityHeaders'>;

/** A configuration of routes that was understood. */
interface AdoptedRoutes {
  readonly catalogue: RouteConfig['catalogue'];
  readonly vocabulary: RouteVocabulary;
  readonly configured: readonly Route[];
}

/** The routes that are in force: those of the configuration and those of the catalogue, followed as both change. */
@Injectable()
export class RouteService implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = createLogger(RouteService.name);
  private readonly count = createGauge({ name: 'gateway_routes', help: 'Routes in force.' });
  private readonly exposed = new ExposedServices();
  private readonly cleanups: (() => void)[] = [];
  private adopted: AdoptedRoutes | undefined;
  private refusal: string | undefined;
  private current = new RouteTable([]);

  constructor(
    @Inject(LIVE_GATEWAY_CONFIG) private readonly config: LiveGatewayConfig,
    @Inject(VOCABULARY_DEPENDENCIES) private readonly dependencies: VocabularyDependencies,
    private readonly discovery: DiscoveryService,
    @Inject(HealthRegistry) private readonly health: HealthRegistry,
  ) {}

  get table(): RouteTable {
    return this.current;
  }

  /** @throws RouteError for a mistake in the first routes: there are no earlier ones to go on with */
  onModuleInit(): void {
    this.adopt(this.config.value);
    this.cleanups.push(
      this.config.onChange((value, previous) => {
        if (!isDeepStrictEqual(routePartOf(value), routePartOf(previous))) this.tryToAdopt(value);
      }),
      this.discovery.onChange((service, instances) => {
        if (this.exposed.note(service, instances)) this.rebuild();
      }),
      this.discovery.onServicesChange((services) => {
        this.follow(services);
      }),
      this.health.register('routes', () =>
        this.refusal === undefined ? { status: 'up' } : { status: 'degraded', detail: `new routes are refused: ${this.refusal}` },
      ),
    );
    this.follow(this.discovery.services());
  }

  onApplicationShutdown(): void {
    for (const cleanup of this.cleanups) cleanup();
  }

  private tryToAdopt(config: RouteConfig): void {
    try {
      this.adopt(config);
      this.refusal = undefined;
      this.logger.info({ routes: this.current.routes.length }, 'New routes are in force');
    } catch (error) {
      this.refusal = error instanceof Error ? error.message : 'unknown';
      this.logger.error({ err: error }, `New routes are refused, the running ones stay: ${this.refusal}`);
    }
  }

  /** All or nothing: what is in force is replaced when everything has been understood. */
  private adopt(config: RouteConfig): void {
    const vocabulary = createVocabulary(config, this.dependencies);
    const adopted = { catalogue: config.catalogue, vocabulary, configured: configuredRoutes(config, vocabulary) };
    const table = this.createTable(adopted);
    this.adopted = adopted;
    this.use(table);
  }

  private follow(services: readonly string[]): void {
    const changed = services.filter((service) => this.exposed.note(service, this.discovery.instances(service)));
    if (changed.length > 0) this.rebuild();
  }

  private rebuild(): void {
    if (this.adopted !== undefined) this.use(this.createTable(this.adopted));
  }

  private createTable({ catalogue, vocabulary, configured }: AdoptedRoutes): RouteTable {
    // Also without any service: a mistake in the hidden paths must show now, not when the first one comes.
    buildRoute(catalogueRoute('any', catalogue.hiddenPaths), vocabulary);
    const services = catalogue.enabled ? this.exposed.names : [];
    const found = services.map((service) => buildRoute(catalogueRoute(service, catalogue.hiddenPaths), vocabulary));
    return new RouteTable(sortRoutes([...configured, ...found]));
  }

  private use(table: RouteTable): void {
    this.current = table;
    this.count.set(table.routes.length);
  }
}

function routePartOf({ routes, defaultFilters, catalogue, timeouts, identityHeaders }: RouteConfig): RouteConfig {
  return { routes, defaultFilters, catalogue, timeouts, identityHeaders };
}
