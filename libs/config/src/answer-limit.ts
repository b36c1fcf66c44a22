import type { ClientRequest, IncomingMessage } from 'node:http';
import type { ConsulClient } from './consul-client.js';

/** The part of the client's request that is used. */
interface PendingCall {
  transport: { request(options: object): ClientRequest };
}

/** What the client has for extensions, and its types do not know. */
interface Extensible {
  _ext(event: 'onRequest', extend: (call: PendingCall, next: () => void) => void): void;
}

/** Makes every call of a client fail, and its connection end, whose answer is larger than so many bytes: the client keeps all of it. */
export function limitAnswers(client: ConsulClient, maxBytes: number): void {
  (client as unknown as Extensible)._ext('onRequest', (call, next) => {
    const { transport } = call;
    call.transport = { request: (options) => watchSize(transport.request(options), maxBytes) };
    next();
  });
}

function watchSize(request: ClientRequest, maxBytes: number): ClientRequest {
  return request.on('response', (response: IncomingMessage) => {
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      const wasWithin = bytes <= maxBytes;
      bytes += chunk.length;
      if (bytes <= maxBytes || !wasWithin) return;
      // The client ends the call at this; what destroying tells it would come only when nobody listens to the answer.
      request.emit('error', new Error(`The answer is larger than ${maxBytes} bytes`));
      request.destroy();
    });
  });
}
