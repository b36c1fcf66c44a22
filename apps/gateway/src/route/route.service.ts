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

/** The routes that are in force: those of the configuration and those of the catalogue, followed as both change. */
@Injectable()
export class RouteService implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = createLogger(RouteService.name);
  private readonly count = createGauge({ name: 'gateway_routes', help: 'Routes in force.' });
  private readonly exposed = new ExposedServices();
  private readonly cleanups: (() => void)[] = [];
  private configured: readonly Route[] = [];
  private vocabulary: RouteVocabulary;
  private refusal: string | undefined;
  private current = new RouteTable([]);

  constructor(
    @Inject(LIVE_GATEWAY_CONFIG) private readonly config: LiveGatewayConfig,
    @Inject(VOCABULARY_DEPENDENCIES) private readonly dependencies: VocabularyDependencies,
    private readonly discovery: DiscoveryService,
    @Inject(HealthRegistry) private readonly health: HealthRegistry,
  ) {
    this.vocabulary = createVocabulary(config.value, dependencies);
  }

  get table(): RouteTable {
    return this.current;
  }

  /** A mistake in the routes at the start keeps the gateway from starting: it has no earlier ones to go on with. */
  onModuleInit(): void {
    this.configured = configuredRoutes(this.config.value, this.vocabulary);
    this.rebuild();
    this.cleanups.push(
      this.config.onChange((value, previous) => {
        if (!isDeepStrictEqual(routePartOf(value), routePartOf(previous))) this.adopt(value);
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

  private adopt(config: RouteConfig): void {
    try {
      const vocabulary = createVocabulary(config, this.dependencies);
      this.configured = configuredRoutes(config, vocabulary);
      this.vocabulary = vocabulary;
      this.refusal = undefined;
      this.rebuild();
      this.logger.info({ routes: this.configured.length }, 'New routes are in force');
    } catch (error) {
      this.refusal = error instanceof Error ? error.message : 'unknown';
      this.logger.error({ err: error }, `New routes are refused, the running ones stay: ${this.refusal}`);
    }
  }

  private follow(services: readonly string[]): void {
    const changed = services.filter((service) => this.exposed.note(service, this.discovery.instances(service)));
    if (changed.length > 0) this.rebuild();
  }

  private rebuild(): void {
    const { enabled, hiddenPaths } = this.config.value.catalogue;
    const services = enabled ? this.exposed.names : [];
    const found = services.map((service) => buildRoute(catalogueRoute(service, hiddenPaths), this.vocabulary));
    this.current = new RouteTable(sortRoutes([...this.configured, ...found]));
    this.count.set(this.current.routes.length);
  }
}

function routePartOf({ routes, defaultFilters, catalogue, timeouts, identityHeaders }: RouteConfig): RouteConfig {
  return { routes, defaultFilters, catalogue, timeouts, identityHeaders };
}
