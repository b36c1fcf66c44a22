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

/** A process of Node.js takes a while to start where others work too. */
const execute = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '../../..');
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';
const TRACED = { traceparent: `00-${TRACE}-${PARENT}-01` };

describe('spans arrive at a Zipkin v2 endpoint', () => {
  let server: Server;
  let address: string;
  let stores: { DATABASE_URL: string; REDIS_URL: string };
  let spans: ZipkinSpan[] = [];
  let exportPaths: string[] = [];
  let peerHeaders: IncomingHttpHeaders[] = [];

  beforeAll(async () => {
    await execute(process.execPath, [join(ROOT, 'tools/build/main.ts')], { cwd: ROOT });
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
    const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
    stores = { DATABASE_URL: postgres.url, REDIS_URL: redis.url };
  }, 120_000);

  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  beforeEach(() => {
    [spans, exportPaths, peerHeaders] = [[], [], []];
  });

  async function run(requests: Record<string, string>[], env: Record<string, string> = {}): Promise<string> {
    const { stdout } = await execute(process.execPath, [join(import.meta.dirname, 'fixtures/traced-work.mjs')], {
      cwd: ROOT,
      env: {
        ZIPKIN_URL: address,
        ...stores,
        PEER_URL: `${address}/peer?token=abc`,
        INCOMING_HEADERS: JSON.stringify(requests),
        LOG_FORMAT: 'json',
        ...env,
      },
    });
    return stdout;
  }

  it('all of a request under its trace id, in W3C and B3 to the next service too; nothing outside of it', async () => {
    const log = await run([TRACED]);
    expect(new Set(exportPaths)).toEqual(new Set(['/api/v2/spans application/json']));
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
    const [first, second] = peerHeaders;
    const call = children[6]!;
    expect(first).toMatchObject({ traceparent: `00-${TRACE}-${call.id}-01`, b3: `${TRACE}-${call.id}-1` });
    expect(second).toMatchObject({ traceparent: `00-${TRACE}-${root.id}-01` });
    const line = JSON.parse(log.trim()) as Record<string, unknown>;
    expect(line).toMatchObject({ level: 'info', service: 'fixture', component: 'Fixture', msg: 'inside', traceId: TRACE, spanId: root.id });
    expect(line.password).toBe('[redacted]');
  });

  it('a trace is carried on whichever way it comes, W3C before B3, unless the caller decided against sampling', async () => {
    const other = `${'9'.repeat(32)}-${'8'.repeat(16)}`;
    await run([
      TRACED,
      { b3: `${TRACE}-${PARENT}-1` },
      { 'x-b3-traceid': TRACE, 'x-b3-spanid': PARENT, 'x-b3-sampled': '1' },
      { b3: `${other}-1`, ...TRACED },
      { b3: `${other}-0` },
      { 'x-b3-traceid': other.slice(0, 32), 'x-b3-spanid': PARENT, 'x-b3-sampled': '0' },
      { traceparent: `00-${other}-00` },
      { traceparent: 'not a trace' },
    ]);
    const parents = spans.map(({ traceId, parentId }) => [traceId, parentId]);
    expect(parents).toEqual([...Array<unknown>(4).fill([TRACE, PARENT]), [expect.stringMatching(/^[0-9a-f]{32}$/), undefined]]);
    expect(parents[4]![0]).not.toBe(TRACE);
  });

  it('a ratio of 0 samples nothing of one’s own', async () => {
    await run([{}, {}], { OTEL_TRACES_SAMPLER_ARG: '0' });
    expect(spans).toEqual([]);
  });

  it('without ZIPKIN_URL nothing is sent and everything works', async () => {
    const log = await run([TRACED], { ZIPKIN_URL: '' });
    expect(exportPaths).toEqual([]);
    expect(JSON.parse(log.trim())).not.toHaveProperty('traceId');
  });

  it('a collector that is away costs a warning, not the process', async () => {
    const log = await run([TRACED], { ZIPKIN_URL: 'http://127.0.0.1:1' });
    expect(log).toContain('ECONNREFUSED');
  });
});
