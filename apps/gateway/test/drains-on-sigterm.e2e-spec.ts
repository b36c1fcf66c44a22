import { waitFor } from '@app/testing';
import { GatewayRig, START_TIMEOUT_MS } from './support/gateway-rig.js';
import { startUpstream, type Upstream } from './support/upstream.js';

let rig: GatewayRig;
let upstream: Upstream;
let release: () => void = () => undefined;

beforeAll(async () => {
  rig = await GatewayRig.start();
  upstream = await startUpstream((request, response) => {
    if (request.url === '/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: 1\n\n');
    } else release = () => response.end('whole');
  });
  await rig.expose('demo', upstream.port);
}, START_TIMEOUT_MS);

afterAll(async () => {
  await rig.stop();
  await upstream.stop();
});

describe('a gateway that is told to stop', () => {
  it('ends event streams, finishes what it has begun, and leaves the registry', async () => {
    const events = (await rig.call('/api/demo/events')).body!.getReader();
    await events.read();
    const answer = rig.call('/api/demo/slow');
    await waitFor(() => upstream.seen.at(-1)?.url === '/slow');
    const stopped = rig.gateway.stop();
    expect((await events.read()).done).toBe(true);
    await waitFor(async () => {
      const found = await fetch(`${rig.consul}/v1/health/service/gateway?passing=true`);
      return ((await found.json()) as unknown[]).length === 0;
    });
    release();
    expect(await (await answer).text()).toBe('whole');
    await expect(stopped).resolves.toBe(0);
  });
});
