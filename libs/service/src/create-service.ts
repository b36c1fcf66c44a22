import { createLogger } from '@app/telemetry';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { followProcessEvents } from './lifecycle/process-events.js';
import type { ServiceOptions } from './service-options.js';
import { startService } from './start-service.js';

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
