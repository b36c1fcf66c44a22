import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { createAdapter } from './create-adapter.js';

describe(createAdapter.name, () => {
  it('ends a request whose headers do not come in soon after their time, not up to half a minute later', async () => {
    const settings = { bodyLimit: 1_024, requestTimeoutMs: 5_000, headersTimeoutMs: 100, idleTimeoutMs: 0, keepAliveTimeoutMs: 1_000 };
    const fastify = createAdapter(settings).getInstance();
    await fastify.listen({ port: 0, host: '127.0.0.1' });
    const socket = connect((fastify.server.address() as AddressInfo).port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.write('GET / HTTP/1.1\r\n');
    await once(socket, 'close', { signal: AbortSignal.timeout(4_000) });
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    await fastify.close();
  });
});
