import type { LoadConfigOptions } from '@app/config';
import type { ServiceName } from '@app/contracts';
import { createLogger } from '@app/telemetry';
import type { Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { followProcessEvents } from './lifecycle/process-events.js';
import { startService } from './start-service.js';

/** What a service is started from. */
export interface ServiceOptions {
  /** Also the Consul service, the configuration prefix and `service.name`. */
  name: ServiceName;
  /** Imports the file with the app's root module, `AppModule`; called when telemetry and configuration are there. */
  module: () => Promise<{ AppModule: Type }>;
  /** How configuration is loaded; `registry`, which is the configuration centre, does not wait for itself: `{ waitMs: 0 }`. */
  configuration?: Pick<LoadConfigOptions, 'kv' | 'waitMs'>;
  /** Whether the gateway may route `/api/<name>/**` here; no unless said. */
  expose?: boolean;
  /**
   * Where `/health`, `/metrics` and `/openapi.json` are: beside the service's own paths, or (`apart`, for what the world reaches) on
   * a loopback port of their own, MANAGEMENT_PORT.
   */
  management?: 'beside' | 'apart';
  /**
   * Runs before routes are made and anything listens: `app.connectMicroservice(...)` (started by createService when the app's modules are
   * initialised), raw Fastify routes, hooks and parsers (`app.getHttpAdapter().getInstance()`).
   */
  configure?: (app: NestFastifyApplication) => void | Promise<void>;
}

/**
 * Starts a service as a process: telemetry, configuration, Nest on Fastify with problem+json errors, request spans, metrics and access log,
 * management paths, registration once it is ready, graceful shutdown on SIGTERM, SIGINT and (with SUPERVISED=1) the end of the IPC channel.
 * A start that fails is logged and exits with 1.
 *
 * @returns the listening application
 */
export async function createService(options: ServiceOptions): Promise<NestFastifyApplication> {
  try {
    const service = await startService(options);
    followProcessEvents({ stop: () => service.stop(), isSupervised: service.isSupervised });
    return service.app;
  } catch (error) {
    createLogger('createService').fatal(
      { err: error },
      `${options.name} could not start: ${error instanceof Error ? error.message : 'unknown'}`,
    );
    return process.exit(1);
  }
}
