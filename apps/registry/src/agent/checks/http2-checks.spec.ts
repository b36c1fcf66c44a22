import { createServer, type Http2Server, type ServerHttp2Session } from 'node:http2';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import type { CheckDefinition } from '../../store/entries.js';
import { type Probe, probeGuarded } from './guarded-probe.js';
import { probeGrpc, probeH2Ping } from './http2-checks.js';

const inTime = (probe: Probe, definition: CheckDefinition) => probeGuarded(probe, definition, new AbortController());

const MS = { timeoutMs: 2_000 };

describe('checks over HTTP/2', () => {
  let server: Http2Server;
  let target: string;
  const sessions = new Set<ServerHttp2Session>();
  /** What the server was asked for, and what it answers by service. */
  const asked: string[] = [];
  const statuses: Record<string, number> = { '': 1, well: 1, ill: 2 };
  let message = 'unknown%20service';

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
          stream.sendTrailers(status === undefined ? { 'grpc-status': '5', 'grpc-message': message } : { 'grpc-status': '0' });
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
    expect(await inTime(probeH2Ping, { h2ping: target, h2pingUseTls: false, ...MS })).toEqual({
      status: 'passing',
      output: 'HTTP2 ping was successful',
    });
  });

  it('a target that does not speak TLS fails a ping that does', async () => {
    expect(await inTime(probeH2Ping, { h2ping: target, ...MS })).toMatchObject({ status: 'critical' });
  });

  it.each([
    ['', { status: 'passing', output: 'success' }],
    ['/well', { status: 'passing', output: 'success' }],
    ['/ill', { status: 'critical', output: 'NOT_SERVING' }],
    ['/none', { status: 'critical', output: 'rpc error: code = NotFound desc = unknown service' }],
  ])('a gRPC check of the service %j asks for it by name', async (service, { status, output }) => {
    const answer = await inTime(probeGrpc, { grpc: `${target}${service}`, ...MS });
    expect([answer.status, answer.output.includes(output)]).toEqual([status, true]);
    expect(asked.at(-1)).toBe(`/grpc.health.v1.Health/Check ${service.slice(1)}`);
  });

  it.each([
    ['%zz', '%zz'],
    ['100% broken', '100% broken'],
    ['%zz%20a%', '%zz a%'],
    ['%E4%BD%A0', '你'],
    ['%E4%', '\uFFFD%'],
  ])('what a gRPC target says is read as far as it is encoded right: %s', async (said, read) => {
    message = said;
    expect(await inTime(probeGrpc, { grpc: `${target}/none`, ...MS })).toEqual({
      status: 'critical',
      output: `rpc error: code = NotFound desc = ${read}`,
    });
  });

  it('shows only so much of what a gRPC target says', async () => {
    message = 'x'.repeat(9_000);
    expect((await inTime(probeGrpc, { grpc: `${target}/none`, ...MS })).output.length).toBeLessThan(4_200);
  });

  it('has one deadline for the connection and the answer', async () => {
    const mute = createTcpServer((socket) => socket.on('error', () => socket.destroy()).resume());
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const place = `127.0.0.1:${(mute.address() as AddressInfo).port}`;
    const late = 'context deadline exceeded';
    expect(await inTime(probeGrpc, { grpc: place, timeoutMs: 50 })).toEqual({ status: 'critical', output: late });
    expect(await inTime(probeH2Ping, { h2ping: place, h2pingUseTls: false, timeoutMs: 50.5 })).toEqual({
      status: 'critical',
      output: `HTTP2 ping failed: ${late}`,
    });
    const { promise, resolve } = Promise.withResolvers<undefined>();
    mute.close(() => resolve(undefined));
    await promise;
  });
});
