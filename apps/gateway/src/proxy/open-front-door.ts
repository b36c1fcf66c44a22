import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { FrontDoor } from './front-door.service.js';

/**
 * Puts the front door before Fastify: what it takes never reaches Fastify's router, which would refuse paths that are a service's to judge,
 * nor its request and reply objects, which nobody on that way needs. What it leaves goes on to Nest as ever.
 */
export function openFrontDoor(app: NestFastifyApplication): void {
  const door = app.get(FrontDoor);
  const server = app.getHttpServer();
  const listeners = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    if (door.handle(request, response)) return;
    for (const listener of listeners) listener.call(server, request, response);
  };
  server.on('request', handle);
  // Left to Node, an unknown expectation and a missing Host are refused without a word of why; the door says it.
  server.on('checkExpectation', handle);
  Object.assign(server, { requireHostHeader: false });
}
