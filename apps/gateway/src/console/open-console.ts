import { resolve } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { LiveGatewayConfig } from '../gateway.config.js';
import { LIVE_GATEWAY_CONFIG } from '../gateway.tokens.js';

/** Gives replies `sendFile` for the console's folder: ranges, ETags, and the compressed file beside the plain one where there is one. */
export async function openConsole(app: NestFastifyApplication): Promise<void> {
  const { consoleDir } = app.get<LiveGatewayConfig>(LIVE_GATEWAY_CONFIG).value;
  await app.register(fastifyStatic, { root: resolve(consoleDir), serve: false, preCompressed: true, suppressWarning: true });
}
