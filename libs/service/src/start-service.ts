import { type ConfigStore, declaredConfigs, loadConfig, loadEnvironmentFile } from '@app/config';
import { PLATFORM_PORTS, SERVICE_PORTS } from '@app/contracts';
import { createLogger, healthRegistry, instrumentLoaded, NestLogger, startTelemetry } from '@app/telemetry';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type FastifyInstance, fastify as createFastify } from 'fastify';
import { AllowedMethods } from './http/allowed-methods.js';
import { createAdapter } from './http/create-adapter.js';
import { awaitRequests, observeRequests } from './http/observe-requests.js';
import { ProblemExceptionFilter } from './http/problem-exception.filter.js';
import { keepRegistered, NOT_REGISTERED } from './lifecycle/keep-registered.js';
import { ServiceLifecycle } from './lifecycle/service-lifecycle.js';
import { stopService } from './lifecycle/stop-service.js';
import { listenOn } from './listen.js';
import { addManagementRoutes } from './management/management-routes.js';
import type { ServiceOptions } from './service-options.js';
import { serverConfig } from './service.config.js';
import { ServiceModule } from './service.module.js';

/** A service that listens. */
export interface RunningService {
  readonly app: NestFastifyApplication;
  /** Where it listens. */
  readonly port: number;
  /** Where its management paths are: the same, or the port of their own. */
  readonly managementPort: number;
  /** Whether a launcher that holds an IPC channel started the process. */
  readonly isSupervised: boolean;
  /** Drains and closes everything; never rejects. */
  stop(): Promise<void>;
}

/**
 * Starts a service in this process, without touching the process itself: see `createService`.
 *
 * @throws what kept it from starting: configuration, a taken port, a module that failed
 */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  // Telemetry reads the environment of the process itself: what a `.env` adds has to be there before.
  await loadEnvironmentFile();
  const telemetry = await startTelemetry({ service: options.name });
  const store = await loadConfig(options.name, options.configuration);
  const { AppModule } = await options.module();
  store.require([serverConfig, ...declaredConfigs()]);
  const lifecycle = new ServiceLifecycle();
  const server = store.get(serverConfig);
  const routes = new AllowedMethods();
  const adapter = createAdapter(server.value);
  adapter.getInstance().addHook('onRoute', ({ url, method }) => {
    routes.add(url, [method].flat());
  });
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest types its options as a class that it does not export
  const app = await NestFactory.create<NestFastifyApplication>(ServiceModule.around(AppModule, store, lifecycle), adapter, {
    logger: new NestLogger(),
    abortOnError: false,
  });
  awaitRequests(adapter.getInstance(), lifecycle);
  observeRequests(adapter.getInstance(), { slowRequestMs: () => server.value.slowRequestMs });
  app.useGlobalFilters(new ProblemExceptionFilter(routes));
  const management = prepareManagement(options, app, lifecycle);
  await options.configure?.(app);
  await app.init();
  await instrumentLoaded();
  if (app.getMicroservices().length > 0) await app.startAllMicroservices();
  const { host } = server.value;
  const port = await listenOn(adapter.getInstance(), server.value.port ?? SERVICE_PORTS[options.name], host);
  const managementPort = management === undefined ? port : await listenOn(management, managementPortOf(store), '127.0.0.1');
  const appearance = { service: options.name, address: server.value.address ?? host, port, expose: options.expose === true };
  const registered = server.value.register ? keepRegistered(app, appearance) : NOT_REGISTERED;
  createLogger('createService').info({ host, port, startMs: Math.round(performance.now()) }, `${options.name} listens`);
  return {
    app,
    port,
    managementPort,
    isSupervised: server.value.supervised,
    stop: () => stopService({ app, management, lifecycle, registered, telemetry, drainMs: server.value.drainMs }),
  };
}

/** The management paths on the service's own listener, or on one that is returned. */
function prepareManagement(options: ServiceOptions, app: NestFastifyApplication, lifecycle: ServiceLifecycle): FastifyInstance | undefined {
  const openApi = async () => (await import('./openapi/openapi-document.js')).openApiJson(app, options.name);
  const sources = { health: healthRegistry, lifecycle, openApi };
  if (options.management !== 'apart') {
    addManagementRoutes(app.getHttpAdapter().getInstance(), sources);
    return undefined;
  }
  const apart = createFastify({ forceCloseConnections: true });
  addManagementRoutes(apart, sources);
  return apart;
}

function managementPortOf(store: ConfigStore): number {
  return store.get(serverConfig).value.managementPort ?? PLATFORM_PORTS.gatewayManagement;
}
