import { createServer, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { probeGrpc, probeH2Ping } from './http2-checks.js';

const MS = { timeoutMs: 2_000 };

describe('checks over HTTP/2', () => {
  let server: Http2Server;
  let target: string;
  const sessions = new Set<ServerHttp2Session>();
  /** What the server was asked for, and what it answers by service. */
  const asked: string[] = [];
  const statuses: Record<string, number> = { '': 1, well: 1, ill: 2 };

  beforeAll(async () => {
    server = createServer();
    server.on('session', (session) => sessions.add(session));
    server.on('stream', (stream, headers) => {
      void stream.toArray().then((chunks) => {
        const service = Buffer.concat(chunks as Buffer[])
          .subarray(7)
          .toString();
        asked.push(`${headers[':path']} ${service}`);
        const status = statuses[service];
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
        stream.on('wantTrailers', () => {
          stream.sendTrailers(status === undefined ? { 'grpc-status': '5', 'grpc-message': 'unknown%20service' } : { 'grpc-status': '0' });
        });
        stream.end(status === undefined ? undefined : Buffer.from([0, 0, 0, 0, 2, 0x08, status]));
      });
    });
    const { promise, resolve } = Promise.withResolvers<undefined>();
    server.listen(0, '127.0.0.1', () => resolve(undefined));
    await promise;
    target = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    for (const session of sessions) session.destroy();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    server.close(() => resolve(undefined));
    await promise;
  });

  it('a ping that is answered passes', async () => {
    expect(await probeH2Ping({ h2ping: target, h2pingUseTls: false, ...MS })).toEqual({
      status: 'passing',
      output: 'HTTP2 ping was successful',
    });
  });

  it('a target that does not speak TLS fails a ping that does', async () => {
    expect(await probeH2Ping({ h2ping: target, ...MS })).toMatchObject({ status: 'critical' });
  });

  it.each([
    ['', { status: 'passing', output: 'success' }],
    ['/well', { status: 'passing', output: 'success' }],
    ['/ill', { status: 'critical', output: 'NOT_SERVING' }],
    ['/none', { status: 'critical', output: 'rpc error: code = 5 desc = unknown service' }],
  ])('a gRPC check of the service %j asks for it by name', async (service, { status, output }) => {
    const answer = await probeGrpc({ grpc: `${target}${service}`, ...MS });
    expect([answer.status, answer.output.includes(output)]).toEqual([status, true]);
    expect(asked.at(-1)).toBe(`/grpc.health.v1.Health/Check ${service.slice(1)}`);
  });
});
