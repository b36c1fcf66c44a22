import type { ServerResponse } from 'node:http';
import { waitFor } from '@app/testing';
import { GatewayRig, START_TIMEOUT_MS } from './support/gateway-rig.js';
import { startUpstream, type Upstream } from './support/upstream.js';

let rig: GatewayRig;
const upstreams: Upstream[] = [];
const held: ServerResponse[] = [];

/** Two upstreams of which the first is heavier and of another zone than the second. */
beforeAll(async () => {
  rig = await GatewayRig.start({ env: { DISCOVERY_ZONE: 'north', DISCOVERY_PREFER_ZONE: 'false' } });
  const metas = [
    { weight: '3', zone: 'south' },
    { weight: '1', zone: 'north' },
  ];
  for (const meta of metas) {
    const name = meta.zone;
    const upstream = await startUpstream((request, response) => {
      if (request.url === '/hold') held.push(response);
      else response.end(name);
    });
    upstreams.push(upstream);
    await rig.register('demo', upstream.port, { 'gateway-expose': 'true', ...meta });
  }
  await waitFor(async () => new Set(await answers(4)).size === 2);
}, START_TIMEOUT_MS);

afterAll(async () => {
  await rig.stop();
  for (const upstream of upstreams) await upstream.stop();
});

/** Who answered so many requests, one after the other. */
async function answers(count: number): Promise<string[]> {
  const names: string[] = [];
  for (let turn = 0; turn < count; turn += 1) {
    const answer = await rig.call('/api/demo/who');
    names.push(answer.status === 200 ? await answer.text() : String(answer.status));
  }
  return names;
}

async function countOf(count: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of await answers(count)) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

describe('the instances of a service', () => {
  it('are asked in turn where nothing is under way, by default', async () => {
    expect(await countOf(10)).toEqual({ north: 5, south: 5 });
  });

  it('are left alone while they have more requests under way than another, by default', async () => {
    const waiting = rig.call('/api/demo/hold');
    await waitFor(() => held.length === 1);
    const idle = upstreams[0]?.seen.some(({ url }) => url === '/hold') === true ? 'north' : 'south';
    const counts = await countOf(10);
    held.pop()?.end('held');
    expect([await (await waiting).text(), counts]).toEqual(['held', { [idle]: 10 }]);
    expect(await countOf(10)).toEqual({ north: 5, south: 5 });
  });

  it('are asked by weight when the configuration says so, without a restart', async () => {
    await rig.configure('discovery:\n  services:\n    demo: { strategy: weighted }\n');
    await waitFor(async () => (await countOf(8)).south === 6);
    expect(await countOf(20)).toEqual({ south: 15, north: 5 });
  });

  it('of the own zone come first, and the others when it has none that takes requests', async () => {
    await rig.configure('discovery:\n  services:\n    demo: { preferZone: true }\n');
    await waitFor(async () => (await countOf(4)).south === undefined);
    const near = `demo-127.0.0.1-${upstreams[1]?.port}`;
    await rig.maintain(near, true);
    await waitFor(async () => (await countOf(4)).south === 4);
    await rig.maintain(near, false);
    await waitFor(async () => (await countOf(4)).north === 4);
  });

  it('of the own zone are passed over by a retry when they fail', async () => {
    await upstreams[1]?.stop();
    expect(await countOf(6)).toEqual({ south: 6 });
  });
});
