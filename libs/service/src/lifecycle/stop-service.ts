import { createLogger, type Telemetry } from '@app/telemetry';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { Registered } from './keep-registered.js';
import type { ServiceLifecycle } from './service-lifecycle.js';

/** What is stopped. */
export interface StopOptions {
  app: NestFastifyApplication;
  /** The listener of the management paths, where they are apart. */
  management: FastifyInstance | undefined;
  lifecycle: ServiceLifecycle;
  registered: Registered;
  telemetry: Telemetry;
  /** Longest wait for requests that are being handled, in ms. */
  drainMs: number;
}

/** Bounds of the steps that talk to others, in ms. */
const DEREGISTER_MS = 4_000;
const CLOSE_MS = 8_000;

/**
 * Stops a service so that nobody notices: not ready and out of the registry first, until no new requests are sent, while each answer ends its
 * connection, so that none is closed that a request may be on its way on; then no new connections, and what is being handled is finished
 * (bounded); then Nest's modules (consumers, pools); the last spans at the end. Never rejects.
 */
export async function stopService({ app, management, lifecycle, registered, telemetry, drainMs }: StopOptions): Promise<void> {
  const logger = createLogger('Shutdown');
  const step = async (what: string, work: () => Promise<unknown>, ms: number) => {
    const { promise: late, resolve } = Promise.withResolvers<'late'>();
    const timer = setTimeout(resolve, ms, 'late' as const);
    try {
      if ((await Promise.race([work(), late])) === 'late') logger.warn({ ms }, `Gave up waiting: ${what}`);
    } catch (error) {
      logger.error({ err: error }, `Failed: ${what}`);
    } finally {
      clearTimeout(timer);
    }
  };
  lifecycle.beginStop();
  await step('leave the registry', () => registered.end(), DEREGISTER_MS);
  const server = app.getHttpServer();
  server.close();
  server.closeIdleConnections();
  const unfinished = await lifecycle.idle(drainMs);
  if (unfinished > 0) logger.warn({ unfinished }, 'Requests were cut off');
  server.closeAllConnections();
  await step('close the modules', () => app.close(), CLOSE_MS);
  if (management !== undefined) await step('close the management listener', () => management.close(), CLOSE_MS);
  await telemetry.shutdown();
}
