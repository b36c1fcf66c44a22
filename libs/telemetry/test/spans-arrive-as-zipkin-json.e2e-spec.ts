import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { startPostgres, startRedis } from '@app/testing';

interface ZipkinSpan {
  traceId: string;
  id: string;
  parentId?: string;
  name: string;
  kind?: string;
  duration: number;
  localEndpoint: { serviceName: string };
  tags: Record<string, string>;
}

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '../../..');
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';

describe('spans arrive at a Zipkin v2 endpoint', () => {
  let server: Server;
  let address: string;
  let spans: ZipkinSpan[] = [];
  let exportPaths: string[] = [];
  let peerHeaders: IncomingHttpHeaders[] = [];

  beforeAll(async () => {
    await run(process.execPath, [join(ROOT, 'tools/build/main.ts')], { cwd: ROOT });
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        if (request.method === 'POST') {
          exportPaths.push(`${request.url ?? ''} ${request.headers['content-type'] ?? ''}`);
          spans.push(...(JSON.parse(body) as ZipkinSpan[]));
        } else peerHeaders.push(request.headers);
        response.writeHead(202).end();
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }, 30_000);

  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  beforeEach(() => {
    [spans, exportPaths, peerHeaders] = [[], [], []];
  });

  async function work(headers: Record<string, string>, env: Record<string, string> = {}): Promise<string> {
    const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
    const { stdout } = await run(process.execPath, [join(import.meta.dirname, 'fixtures/traced-work.mjs')], {
      cwd: ROOT,
      env: {
        ZIPKIN_URL: address,
        DATABASE_URL: postgres.url,
        REDIS_URL: redis.url,
        PEER_URL: `${address}/peer?token=abc`,
        INCOMING_HEADERS: JSON.stringify(headers),
        LOG_FORMAT: 'json',
        ...env,
      },
    });
    return stdout;
  }

  it('all of a request under its trace id: server, PostgreSQL, Redis, own and outgoing work; nothing outside it', async () => {
    const log = await work({ traceparent: `00-${TRACE}-${PARENT}-01` });
    expect(exportPaths).toEqual(['/api/v2/spans application/json']);
    expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([TRACE]));
    const root = spans.find((span) => span.kind === 'SERVER')!;
    expect(root).toMatchObject({ name: 'GET /work', parentId: PARENT, localEndpoint: { serviceName: 'fixture' } });
    const children = spans.filter((span) => span !== root);
    expect(children.every((span) => span.parentId === root.id)).toBe(true);
    expect(children.map((span) => span.name)).toEqual([
      expect.stringMatching(/^pg\.query:SELECT/),
      expect.stringMatching(/^pg\.query:SELECT/),
      'set',
      'multi',
      'pipeline',
      'own.work',
      'GET',
    ]);
    expect([children[3]!, children[4]!].map((span) => span.tags['db.operation.batch.size'])).toEqual(['2', '3']);
    expect(children[1]!.tags).toMatchObject({ 'otel.status_code': 'ERROR' });
    expect(children[6]!.tags).toMatchObject({ 'url.path': '/peer', 'http.response.status_code': '202' });
    expect(JSON.stringify(spans)).not.toMatch(/a secret|hunter2|token=abc/);
    const line = JSON.parse(log.trim()) as Record<string, unknown>;
    expect(line).toMatchObject({ level: 'info', service: 'fixture', component: 'Fixture', msg: 'inside', traceId: TRACE, spanId: root.id });
    expect(line.password).toBe('[redacted]');
  });

  it('W3C and B3 go out to the next service, and headers that carry a trace already are left alone', async () => {
    await work({ traceparent: `00-${TRACE}-${PARENT}-01` });
    const [first, second] = peerHeaders;
    const call = spans.find((span) => span.name === 'GET')!;
    expect(first).toMatchObject({ traceparent: `00-${TRACE}-${call.id}-01`, b3: `${TRACE}-${call.id}-1` });
    const root = spans.find((span) => span.kind === 'SERVER')!;
    expect(second).toMatchObject({ traceparent: `00-${TRACE}-${root.id}-01` });
    expect(spans.filter((span) => span.name === 'GET')).toHaveLength(1);
  });

  it.each([
    ['b3 in one header', { b3: `${TRACE}-${PARENT}-1` }],
    ['b3 in several headers', { 'x-b3-traceid': TRACE, 'x-b3-spanid': PARENT, 'x-b3-sampled': '1' }],
    ['both, where W3C wins', { b3: `${'9'.repeat(32)}-${'8'.repeat(16)}-1`, traceparent: `00-${TRACE}-${PARENT}-01` }],
  ])('a trace that comes as %s is carried on', async (_name, headers) => {
    await work(headers);
    expect(spans.find((span) => span.kind === 'SERVER')).toMatchObject({ traceId: TRACE, parentId: PARENT });
  });

  it('a caller that decided against sampling is followed, in either format', async () => {
    await work({ b3: `${TRACE}-${PARENT}-0` });
    await work({ traceparent: `00-${TRACE}-${PARENT}-00` });
    expect(spans).toEqual([]);
  });

  it('a ratio of 0 samples nothing of one’s own', async () => {
    await work({}, { OTEL_TRACES_SAMPLER_ARG: '0' });
    expect(spans).toEqual([]);
  });

  it('without ZIPKIN_URL nothing is sent and everything works', async () => {
    const log = await work({ traceparent: `00-${TRACE}-${PARENT}-01` }, { ZIPKIN_URL: '' });
    expect(exportPaths).toEqual([]);
    expect(JSON.parse(log.trim())).not.toHaveProperty('traceId');
  });

  it('a collector that is away costs a warning, not the process', async () => {
    const log = await work({ traceparent: `00-${TRACE}-${PARENT}-01` }, { ZIPKIN_URL: 'http://127.0.0.1:1' });
    expect(log).toContain('ECONNREFUSED');
  });
});
