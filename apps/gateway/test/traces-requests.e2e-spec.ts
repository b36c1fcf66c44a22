import { waitFor } from '@app/testing';
import { GatewayRig, START_TIMEOUT_MS } from './support/gateway-rig.js';
import { startUpstream, type Upstream } from './support/upstream.js';

interface ZipkinSpan {
  traceId: string;
  id: string;
  parentId?: string;
  kind?: string;
  name: string;
  localEndpoint: { serviceName: string };
  tags: Record<string, string>;
}

const TRACE = '0af7651916cd43dd8448eb211c80319c';
let rig: GatewayRig;
let upstream: Upstream;

beforeAll(async () => {
  rig = await GatewayRig.start({ tracing: true });
  upstream = await startUpstream();
  await rig.expose('demo', upstream.port);
}, START_TIMEOUT_MS);

afterAll(async () => {
  await rig.stop();
  await upstream.stop();
});

async function spansOf(traceId: string): Promise<ZipkinSpan[]> {
  return waitFor(
    async () => {
      const answer = await fetch(`${rig.zipkin}/api/v2/trace/${traceId}`);
      const spans = answer.ok ? ((await answer.json()) as ZipkinSpan[]) : [];
      return spans.some(({ kind }) => kind === 'SERVER') ? spans : undefined;
    },
    { timeoutMs: 10_000, what: `The spans of ${traceId}` },
  );
}

describe('a request', () => {
  it('has a span with its route and instance, which the upstream is told of in W3C and B3', async () => {
    await rig.call('/api/demo/x');
    const { headers } = upstream.seen.at(-1)!;
    const [, traceId = '', spanId = ''] = (headers.traceparent as string).split('-');
    expect(headers['x-b3-traceid'] ?? (headers.b3 as string | undefined)?.split('-', 1)[0]).toBe(traceId);
    const span = (await spansOf(traceId)).find(({ id }) => id === spanId);
    expect(span).toMatchObject({ kind: 'SERVER', localEndpoint: { serviceName: 'gateway' } });
    expect(span?.tags).toMatchObject({
      'http.route': 'catalogue:demo',
      'http.response.status_code': '200',
      'server.address': `127.0.0.1:${upstream.port}`,
      'url.path': '/api/demo/x',
    });
  });

  it('goes on with the trace of whoever asks', async () => {
    await rig.call('/api/demo/x', { headers: { traceparent: `00-${TRACE}-b7ad6b7169203331-01`, tracestate: 'evil=1' } });
    const { headers } = upstream.seen.at(-1)!;
    expect(headers.traceparent).toMatch(new RegExp(`^00-${TRACE}-(?!b7ad6b7169203331)[0-9a-f]{16}-01$`));
    expect((await spansOf(TRACE)).find(({ kind }) => kind === 'SERVER')?.parentId).toBe('b7ad6b7169203331');
  });

  it('that fails tells its trace to the client and to the log', async () => {
    const answer = await rig.call('/api/demo/health');
    const { traceId } = (await answer.json()) as { traceId: string };
    expect((await spansOf(traceId)).at(0)?.tags).toMatchObject({ 'error.type': 'NOT_FOUND', 'http.response.status_code': '404' });
    const line = (await rig.gateway.logs()).find(({ component, code }) => component === 'AccessLog' && code === 'NOT_FOUND');
    expect(line).toMatchObject({ traceId, route: 'catalogue:demo', status: 404, method: 'GET', path: '/api/demo/health' });
  });
});
