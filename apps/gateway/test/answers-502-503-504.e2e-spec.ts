import { findFreePort, waitFor } from '@app/testing';
import { GatewayRig, START_TIMEOUT_MS } from './support/gateway-rig.js';
import { startUpstream, type Upstream } from './support/upstream.js';

let rig: GatewayRig;
let upstream: Upstream;
let refusedPort = 0;
let dropNext = false;

beforeAll(async () => {
  rig = await GatewayRig.start({ env: { GATEWAY_TIMEOUTS_RESPONSE: '700', GATEWAY_TIMEOUTS_BODY: '700' } });
  refusedPort = await findFreePort();
  upstream = await startUpstream((request, response) => {
    request.resume();
    if (request.url === '/hang') return;
    if (request.url === '/drop' || (request.url === '/drop-once' && dropNext)) {
      dropNext = false;
      request.socket.destroy();
    } else if (request.url === '/garbage') request.socket.end('this is not HTTP\r\n\r\n');
    else if (request.url?.startsWith('/half') === true) {
      response.writeHead(200, request.url === '/half-sized' ? { 'content-length': '100' } : {});
      response.write('half');
      setTimeout(() => request.socket.destroy(), 50);
    } else if (request.url === '/stall') {
      response.writeHead(200);
      response.write('half');
    } else response.end(`from ${upstream.port}`);
  });
  await rig.expose('demo', upstream.port);
  await rig.expose('gone', refusedPort);
}, START_TIMEOUT_MS);

afterAll(async () => {
  await rig.stop();
  await upstream.stop();
});

async function problem(answer: Promise<Response>): Promise<[number, string]> {
  const response = await answer;
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  return [response.status, ((await response.json()) as { code: string }).code];
}

describe('an upstream that fails', () => {
  it('refuses connections: 502', async () => {
    await expect(problem(rig.call('/api/gone/x'))).resolves.toEqual([502, 'GW_UPSTREAM_UNREACHABLE']);
  });

  it('drops the connection or talks nonsense: 502', async () => {
    await expect(problem(rig.call('/api/demo/drop', { method: 'POST', body: 'x' }))).resolves.toEqual([502, 'GW_UPSTREAM_BROKEN']);
    await expect(problem(rig.call('/api/demo/garbage'))).resolves.toEqual([502, 'GW_UPSTREAM_BROKEN']);
  });

  it('does not answer in time: 504', async () => {
    await expect(problem(rig.call('/api/demo/hang'))).resolves.toEqual([504, 'GW_UPSTREAM_TIMEOUT']);
  });

  it.each(['/half', '/half-sized', '/stall'])(
    'ends in the middle of an answer (%s): the client sees that it is not whole',
    async (path) => {
      const answer = await rig.call(`/api/demo${path}`);
      expect(answer.status).toBe(200);
      await expect(answer.text()).rejects.toThrow();
    },
  );

  it('has no instance any more: 503 with Retry-After, and no such path for what was never there', async () => {
    const port = await findFreePort();
    await rig.expose('brief', port);
    await rig.deregister(`brief-127.0.0.1-${port}`);
    const answer = await waitFor(async () => {
      const response = await rig.call('/api/brief/x');
      return response.status === 503 ? response : undefined;
    });
    expect(answer.headers.get('retry-after')).toBe('1');
    await expect(problem(rig.call('/api/never/x'))).resolves.toEqual([404, 'NOT_FOUND']);
  });

  it('is in the log with its cause, its route and the instance', async () => {
    const answer = await rig.call('/api/gone/logged');
    const requestId = answer.headers.get('x-request-id');
    const line = await waitFor(async () =>
      (await rig.gateway.logs()).find(({ component, requestId: id }) => component === 'Gateway' && id === requestId),
    );
    expect(line).toMatchObject({
      ...{ level: 'warn', code: 'GW_UPSTREAM_UNREACHABLE', route: 'catalogue:gone', instance: `http://127.0.0.1:${refusedPort}` },
      err: { cause: { code: 'ECONNREFUSED' } },
    });
  });

  it('is passed over for one that works, where nothing was sent yet', async () => {
    const ports = [await findFreePort(), upstream.port];
    await rig.expose('pair', ...ports);
    for (let turn = 0; turn < 20; turn += 1) {
      const answer = await rig.call('/api/pair/x', { method: 'POST', body: `body ${turn}` });
      expect([answer.status, await answer.text()]).toEqual([200, `from ${upstream.port}`]);
    }
  });

  it('breaks a connection that was kept: a request that changes nothing is sent again', async () => {
    upstream.seen.length = 0;
    dropNext = true;
    expect(await (await rig.call('/api/demo/drop-once')).text()).toBe(`from ${upstream.port}`);
    expect(upstream.seen).toHaveLength(2);
  });

  it('sends nothing twice that could have been acted on', async () => {
    upstream.seen.length = 0;
    await rig.call('/api/demo/drop', { method: 'POST', body: 'x' });
    await rig.call('/api/demo/drop', { method: 'DELETE' });
    expect(upstream.seen.map(({ method }) => method)).toEqual(['POST', 'DELETE']);
  });
});
