import { isDeepStrictEqual } from 'node:util';
import type { ConfigFault } from '@app/config';
import { DiscoveryService } from '@app/discovery';
import { createGauge, createLogger, HealthRegistry, type HealthStatus } from '@app/telemetry';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { GatewayConfig, LiveGatewayConfig } from '../gateway.config.js';
import { LIVE_GATEWAY_CONFIG } from '../gateway.tokens.js';
import type { MatchedRequest } from '../predicate/predicate.types.js';
import { catalogueRoute } from './catalogue-routes.js';
import { configuredRoutes } from './configured-routes.js';
import { ExposedServices } from './exposed-services.js';
import { buildRoute, type RouteVocabulary, sortRoutes } from './route-builder.js';
import { RouteError } from './route-error.js';
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
  /** Services that no route can lead to, and why. */
  private readonly unroutable = new Map<string, string>();
  private current = new RouteTable([]);
  /** The registry's first list of services; undefined before it. */
  private firstServices: readonly string[] | undefined;
  /** Services whose instances the registry has told. */
  private readonly heard = new Set<string>();

  constructor(
    @Inject(LIVE_GATEWAY_CONFIG) private readonly config: LiveGatewayConfig,
    @Inject(VOCABULARY_DEPENDENCIES) private readonly dependencies: VocabularyDependencies,
    private readonly discovery: DiscoveryService,
    @Inject(HealthRegistry) private readonly health: HealthRegistry,
  ) {}

  get table(): RouteTable {
    return this.current;
  }

  /**
   * Whether a path without a route may be a service's all the same: the registry has not told all that it knows since the start, or it has
   * a service of that name without a healthy instance so far, which alone could say whether it asks to be exposed.
   */
  mayStillCome({ words }: Pick<MatchedRequest, 'words'>): boolean {
    if (words[0] !== 'api' || !this.config.value.catalogue.enabled) return false;
    const [, name = ''] = words;
    const isUndecided = this.discovery.services().includes(name) && !this.exposed.isKnown(name);
    return isUndecided || this.firstServices?.every((service) => this.heard.has(service)) !== true;
  }

  /** @throws ConfigError for a mistake in the routes of files: there are no earlier ones to go on with */
  onModuleInit(): void {
    this.cleanups.push(this.config.addRule((candidate) => this.findFaults(candidate)));
    this.adopt(this.config.value);
    this.cleanups.push(
      this.config.onChange((value, previous) => {
        if (isDeepStrictEqual(routePartOf(value), routePartOf(previous))) return;
        this.adopt(value);
        this.logger.info({ routes: this.current.routes.length }, 'New routes are in force');
      }),
      this.discovery.onChange((service, instances) => {
        this.heard.add(service);
        if (this.exposed.note(service, instances)) this.rebuild();
      }),
      this.discovery.onServicesChange((services) => {
        this.firstServices ??= services;
        this.follow(services);
      }),
      this.health.register('routes', () => this.report()),
    );
    this.follow(this.discovery.services());
  }

  onApplicationShutdown(): void {
    for (const cleanup of this.cleanups) cleanup();
  }

  /** Routes that cannot be built make the whole change a bad one: the running ones stay, and so does all else that it would have changed. */
  private findFaults(candidate: RouteConfig): ConfigFault[] {
    const vocabulary = createVocabulary(candidate, this.dependencies);
    return [
      ...faultOf(['routes'], () => configuredRoutes(candidate, vocabulary)),
      // Also without any service: a mistake in the hidden paths must show now, not when the first one comes.
      ...faultOf(['catalogue', 'hiddenPaths'], () => buildRoute(catalogueRoute('any', candidate.catalogue.hiddenPaths), vocabulary)),
    ];
  }

  private adopt(config: RouteConfig): void {
    const vocabulary = createVocabulary(config, this.dependencies);
    this.adopted = { catalogue: config.catalogue, vocabulary, configured: configuredRoutes(config, vocabulary) };
    this.rebuild();
  }

  private follow(services: readonly string[]): void {
    const changed = services.filter((service) => this.exposed.note(service, this.discovery.instances(service)));
    if (changed.length > 0) this.rebuild();
  }

  private rebuild(): void {
    if (this.adopted !== undefined) this.use(this.createTable(this.adopted));
  }

  private createTable({ catalogue, vocabulary, configured }: AdoptedRoutes): RouteTable {
    const services = catalogue.enabled ? this.exposed.names : [];
    const found = services.flatMap((service) => this.serviceRoute(service, catalogue.hiddenPaths, vocabulary));
    return new RouteTable(sortRoutes([...configured, ...found]));
  }

  /** Anyone may register under any name: one that no route can have must not keep the others from theirs. */
  private serviceRoute(service: string, hiddenPaths: readonly string[], vocabulary: RouteVocabulary): Route[] {
    try {
      return [buildRoute(catalogueRoute(service, hiddenPaths), vocabulary)];
    } catch (error) {
      if (!(error instanceof RouteError)) throw error;
      if (!this.unroutable.has(service)) this.logger.warn({ err: error, service }, 'A service that asks to be exposed gets no route');
      this.unroutable.set(service, error.reason);
      return [];
    }
  }

  private report(): HealthStatus {
    const exposed = new Set(this.exposed.names);
    const unroutable = [...this.unroutable].filter(([service]) => exposed.has(service)).map(([service, reason]) => `${service}: ${reason}`);
    if (unroutable.length === 0) return { status: 'up' };
    return { status: 'degraded', detail: `services without a route: ${unroutable.join(', ')}` };
  }

  private use(table: RouteTable): void {
    this.current = table;
    this.count.set(table.routes.length);
  }
}

function routePartOf({ routes, defaultFilters, catalogue, timeouts, identityHeaders }: RouteConfig): RouteConfig {
  return { routes, defaultFilters, catalogue, timeouts, identityHeaders };
}

function faultOf(path: string[], build: () => unknown): ConfigFault[] {
  try {
    build();
    return [];
  } catch (error) {
    if (error instanceof RouteError) return [{ path, reason: error.message }];
    throw error;
  }
}
