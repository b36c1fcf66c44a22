import type { HealthRegistry } from '@app/telemetry';
import { renderMetrics } from '@app/telemetry';
import type { FastifyInstance } from 'fastify';
import type { ServiceLifecycle } from '../lifecycle/service-lifecycle.js';

/** What the management paths show. */
export interface ManagementSources {
  health: HealthRegistry;
  lifecycle: ServiceLifecycle;
  /** The OpenAPI document as JSON text. */
  openApi: () => Promise<string>;
}

/**
 * Adds `/health/live`, `/health/ready`, `/metrics` and `/openapi.json` as plain Fastify routes: no guard of the application stands before
 * them, and none is part of its API. The gateway never routes to them.
 */
export function addManagementRoutes(fastify: FastifyInstance, { health, lifecycle, openApi }: ManagementSources): void {
  fastify.get('/health/live', () => ({ status: 'up' }));
  fastify.get('/health/ready', async (_request, reply) => {
    const report = await health.report();
    if (lifecycle.stopping.aborted) {
      report.status = 'down';
      report.checks.lifecycle = { status: 'down', detail: 'shutting down' };
    }
    return reply
      .status(report.status === 'up' ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(report);
  });
  fastify.get('/metrics', async (_request, reply) => {
    const { contentType, body } = await renderMetrics();
    return reply.header('content-type', contentType).send(body);
  });
  fastify.get('/openapi.json', async (_request, reply) =>
    reply.header('content-type', 'application/json; charset=utf-8').send(await openApi()),
  );
}
