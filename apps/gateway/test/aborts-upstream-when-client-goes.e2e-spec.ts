import { request } from 'node:http';
import { waitFor } from '@app/testing';
import { GatewayRig, START_TIMEOUT_MS, TOKEN } from './support/gateway-rig.js';
import { startUpstream, type Upstream } from './support/upstream.js';

let rig: GatewayRig;
let upstream: Upstream;
let closed = 0;

beforeAll(async () => {
  rig = await GatewayRig.start();
  upstream = await startUpstream((incoming, response) => {
    response.on('close', () => (closed += 1));
    if (incoming.url === '/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: 1\n\n');
    } else if (incoming.url !== '/silent') response.end('ok');
  });
  await rig.expose('demo', upstream.port);
}, START_TIMEOUT_MS);

afterAll(async () => {
  await rig.stop();
  await upstream.stop();
});

beforeEach(() => {
  closed = 0;
  upstream.seen.length = 0;
});

function open(path: string, method = 'GET') {
  const outgoing = request({
    port: rig.port,
    path: `/api/demo${path}`,
    method,
    headers: { authorization: `Bearer ${TOKEN}` },
    agent: false,
  });
  outgoing.on('error', () => undefined);
  return outgoing;
}

describe('a client that goes away', () => {
  it('before the answer ends the request at the upstream', async () => {
    const outgoing = open('/silent');
    outgoing.end();
    await waitFor(() => upstream.seen.length === 1);
    outgoing.destroy();
    await waitFor(() => closed === 1);
  });

  it('during the answer ends it', async () => {
    const outgoing = open('/events');
    outgoing.end();
    await new Promise((resolve) => outgoing.once('response', (response) => response.once('data', resolve)));
    outgoing.destroy();
    await waitFor(() => closed === 1);
  });

  it('in the middle of its body ends it', async () => {
    const outgoing = open('/silent', 'POST');
    outgoing.write('half');
    await waitFor(() => upstream.seen.length === 1);
    outgoing.destroy();
    await waitFor(() => closed === 1);
  });

  it('in great numbers at once leaves the gateway as it was', async () => {
    const crowd = Array.from({ length: 300 }, () => open('/silent'));
    for (const outgoing of crowd) outgoing.end();
    await waitFor(() => upstream.seen.length >= 100, { timeoutMs: 15_000 });
    for (const outgoing of crowd) outgoing.destroy();
    const answers = await Promise.all(Array.from({ length: 50 }, () => rig.call('/api/demo/x').then((answer) => answer.text())));
    expect(new Set(answers)).toEqual(new Set(['ok']));
    await waitFor(() => upstream.seen.filter(({ url }) => url === '/silent').length === closed - 50);
  });
});
