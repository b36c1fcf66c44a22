import { EXIT_MISCONFIGURED } from '@app/contracts';
import { StartRefusedError } from '@app/errors';
import { createLogger } from '@app/telemetry';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { followProcessEvents } from './lifecycle/process-events.js';
import { tellStarter } from './lifecycle/tell-starter.js';
import type { ServiceOptions } from './service-options.js';
import { startService } from './start-service.js';

/**
 * Starts a service as a process: telemetry, configuration, Nest on Fastify with problem+json errors, request spans, metrics and access log,
 * management paths, registration once it is ready, graceful shutdown on SIGTERM, SIGINT and (with SUPERVISED=1) the end of the IPC channel.
 * A start that fails is logged and exits with 1; with 78 when it would fail again until a person mends something. Whoever holds the IPC channel
 * is told of either.
 *
 * @returns the listening application
 */
export async function createService(options: ServiceOptions): Promise<NestFastifyApplication> {
  try {
    const service = await startService(options);
    followProcessEvents({ stop: () => service.stop(), isSupervised: service.isSupervised });
    await tellStarter({ listening: { port: service.port, managementPort: service.managementPort } });
    return service.app;
  } catch (error) {
    const logger = createLogger('createService');
    const sentence = `${options.name} could not start: ${error instanceof Error ? error.message : 'unknown'}`;
    await tellStarter({ failed: sentence });
    if (error instanceof StartRefusedError) {
      logger.fatal(sentence);
      return process.exit(EXIT_MISCONFIGURED);
    }
    logger.fatal({ err: error }, sentence);
    return process.exit(1);
  }
}
