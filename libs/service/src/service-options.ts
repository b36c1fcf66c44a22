import type { LoadConfigOptions } from '@app/config';
import type { ServiceName } from '@app/contracts';
import type { Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

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
