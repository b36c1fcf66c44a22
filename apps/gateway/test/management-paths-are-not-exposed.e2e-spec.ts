import { waitFor } from '@app/testing';
import { GatewayRig, START_TIMEOUT_MS } from './support/gateway-rig.js';
import { startUpstream, type Upstream } from './support/upstream.js';

let rig: GatewayRig;
let upstream: Upstream;

beforeAll(async () => {
  rig = await GatewayRig.start();
  upstream = await startUpstream();
  await rig.expose('demo', upstream.port);
  await rig.register('hidden', upstream.port);
}, START_TIMEOUT_MS);

afterAll(async () => {
  await rig.stop();
  await upstream.stop();
});

describe('the inside', () => {
  it.each([
    '/api/demo/health',
    '/api/demo/health/live',
    '/api/demo/health/ready',
    '/api/demo/HEALTH/live',
    '/api/demo/%68ealth/live',
    '/api/demo/health%2Flive',
    '/api/demo/health;x/live',
    '/api/demo/metrics',
    '/api/demo/metrics/',
    '/api/demo/openapi.json',
    '/api/demo/principals/1',
    '/api/demo/principals?username=admin',
    '/api/hidden/x',
    '/api/consul/v1/kv',
    '/api/gateway/x',
    '/api/registry/x',
  ])('%s does not exist for the outside', async (path) => {
    upstream.seen.length = 0;
    expect((await rig.call(path)).status).toBe(404);
    expect(upstream.seen).toEqual([]);
  });

  it.each(['/health', '/health/live', '/health/ready', '/metrics', '/openapi.json'])('%s is not on the public port', async (path) => {
    expect((await rig.fetch(path)).status).toBe(404);
    expect((await rig.fetch(path, { headers: { accept: 'text/html', host: 'x' } })).status).not.toBe(200);
  });

  it('is on the management port, with figures by route', async () => {
    await rig.call('/api/demo/x');
    expect((await fetch(`${rig.managementUrl}/health/live`)).status).toBe(200);
    const metrics = await waitFor(async () => {
      const text = await (await fetch(`${rig.managementUrl}/metrics`)).text();
      return /gateway_request_duration_seconds_count\{[^}]*route="catalogue:demo"[^}]*\} \d/.test(text) && text;
    });
    expect(metrics).toMatch(/gateway_request_duration_seconds_count\{[^}]*status="200"[^}]*\} [1-9]/);
  });

  it('opens and closes as services ask', async () => {
    const id = await rig.register('late', upstream.port, { 'gateway-expose': 'true' });
    await waitFor(async () => (await rig.call('/api/late/x')).status === 200);
    await rig.deregister(id);
    await rig.register('late', upstream.port);
    await waitFor(async () => (await rig.call('/api/late/x')).status === 404);
  });
});
