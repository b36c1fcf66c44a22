import { waitFor } from '@app/testing';
import { GatewayRig, START_TIMEOUT_MS } from './support/gateway-rig.js';
import { startUpstream, type Upstream } from './support/upstream.js';

let rig: GatewayRig;
let upstream: Upstream;

beforeAll(async () => {
  rig = await GatewayRig.start();
  upstream = await startUpstream();
}, START_TIMEOUT_MS);

afterAll(async () => {
  await rig.stop();
  await upstream.stop();
});

const routes = (...lines: string[]) => ['gateway:', '  routes:', ...lines.map((line) => `    ${line}`)].join('\n');
const one = (path: string, ...more: string[]) => [
  `- id: one`,
  `  uri: http://127.0.0.1:${upstream.port}`,
  `  predicates: ["Path=${path}"]`,
  ...more,
];

describe('routes of the configuration', () => {
  it('are in force as soon as they are changed', async () => {
    await rig.configure(routes(...one('/first/**', '  filters: [StripPrefix=1]')));
    await waitFor(async () => (await rig.fetch('/first/x')).status === 200);
    expect(upstream.seen.at(-1)?.url).toBe('/x');
    await rig.configure(routes(...one('/second/**')));
    await waitFor(async () => (await rig.fetch('/second/x')).status === 200);
    expect(upstream.seen.at(-1)?.url).toBe('/second/x');
    expect((await rig.fetch('/first/x')).status).toBe(404);
  });

  it('with a mistake are refused as a whole, with route, entry and reason, and the running ones stay', async () => {
    await rig.configure(routes(...one('/second/**')));
    await waitFor(async () => (await rig.fetch('/second/x')).status === 200);
    await rig.configure(routes(...one('/third/**'), '- id: two', '  uri: lb://demo', '  filters: ["StripPrfix=1"]'));
    const health = await waitFor(async () => {
      const found = await rig.healthOf('config');
      return found?.status === 'degraded' ? found : undefined;
    });
    const reason = 'route two: filters[0] "StripPrfix=1": there is no StripPrfix here';
    expect(health.detail).toContain(`gateway.routes (KV config/gateway/data): ${reason}`);
    expect((await rig.fetch('/second/x')).status).toBe(200);
    expect((await rig.fetch('/third/x')).status).toBe(404);
    const lines = (await rig.gateway.logs()).filter(({ level }) => level === 'error');
    expect(lines.at(-1)).toMatchObject({
      msg: 'Configuration refused; the last good one stays',
      problems: [{ key: 'gateway.routes', source: 'KV config/gateway/data', reason: expect.stringContaining(reason) as string }],
    });
  });

  it('are not touched by a mistake elsewhere in what they are made of', async () => {
    await rig.configure(
      `gateway:\n  catalogue:\n    hiddenPaths: ["/a/**/b"]\n${routes(...one('/fourth/**'))
        .split('\n')
        .slice(1)
        .join('\n')}`,
    );
    await waitFor(async () => (await rig.healthOf('config'))?.detail?.includes('HidePaths'));
    await rig.expose('demo', upstream.port);
    expect((await rig.fetch('/fourth/x')).status).toBe(404);
    expect((await rig.fetch('/second/x')).status).toBe(200);
  });

  it('are taken again when the mistake is mended', async () => {
    await rig.configure(routes(...one('/mended')));
    await waitFor(async () => (await rig.fetch('/mended')).status === 200);
    expect((await rig.healthOf('config'))?.status).toBe('up');
  });
});
